# `make demo` and `make test` are all a newcomer needs; both set up what they lack.
# LANGNGHE_SHARED names the folder of evaluation data for `make eval` and `make bench`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
LANGNGHE_SHARED ?= $(abspath ../shared)
export PATH := $(CURDIR)/.tools/bin:$(PATH)

# All but the crate that needs libtorch. Every part of `make test` builds the same crates with the same
# features: another set would build half of the tree once more.
CRATES := --workspace --exclude langnghe-neural-torch --features langnghe/neural,langnghe/mcp,langnghe/elastic,langnghe/otlp,langnghe-neural/testing
LIBTORCH_DIR ?= $(CURDIR)/target/libtorch

# Of which build `make deb` makes a package.
DEB_PROFILE ?= release
DEB_BUILT = target/$(if $(filter dev,$(DEB_PROFILE)),debug,$(DEB_PROFILE))

.PHONY: help demo test test-neural tools built fmt lint unit e2e program contract browser eval models bench screenshots crash soak nodes elastic deb deb-test container-test fuzz clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /'

demo: ## build and open a sample city with a full day's digest, no network
	cargo build --release --locked
	target/release/langnghe demo

test: ## everything that must hold before a change lands
	command -v g++ >/dev/null || $(MAKE) tools # some dependencies are C++
	$(MAKE) -j2 tools built
	$(MAKE) fmt lint unit e2e contract browser
	@echo "make test: all parts passed"

tools: ## install what tests need (Debian packages, npm packages, two checkers)
	$(ALONE) tests/tools.sh

# Compiling waits for nothing that is installed, and installing for nothing that is compiled. Neither is to
# take its share of processors from make, which has given all away.
ALONE := env -u MAKEFLAGS -u MFLAGS
built:
	$(ALONE) cargo test $(CRATES) --locked --lib --bins --tests --no-run

fmt: ## formatting
	cargo fmt --all --check

# The first line looks at our crates over the dependencies that tests are built with: `cargo clippy` would
# have all of them checked once more, which takes six minutes. The second looks at what needs libtorch, with
# nothing else switched on.
lint: ## clippy, licences, spelling
	RUSTC_WORKSPACE_WRAPPER=$(CURDIR)/tests/clippy.sh cargo build $(CRATES) --locked --all-targets
	cargo clippy -p langnghe -p langnghe-neural-torch --no-default-features \
	  --features langnghe/rust-bert,langnghe-neural-torch/doc-only --locked --lib --bins --test parity -- -D warnings
	cargo deny --all-features --log-level error check bans licenses sources
	typos

unit: ## tests of every crate
	cargo nextest run $(CRATES) --locked --lib --bins
	cargo test $(CRATES) --locked --doc

e2e: ## the built program against real servers on loopback
	cargo nextest run $(CRATES) --locked --tests -E 'kind(test)'

program:
	cargo nextest run $(CRATES) --locked --no-run --test e2e

contract: program ## the API under schemathesis; its tables, maps, feeds and calendars under readers of others
	LANGNGHE_PROGRAM=$(CURDIR)/target/debug/langnghe tests/contract/run.sh

test-neural: ## the same by rust-bert on libtorch, which is made first (800 MB are fetched)
	tests/libtorch.sh $(LIBTORCH_DIR)
	LIBTORCH=$(LIBTORCH_DIR) LIBTORCH_CXX11_ABI=0 LD_LIBRARY_PATH=$(LIBTORCH_DIR)/lib \
	  cargo nextest run -p langnghe-neural-torch --locked

browser: program ## pages of the sample city in headless Chromium
	LANGNGHE_PROGRAM=$(CURDIR)/target/debug/langnghe tests/browser/run.sh

eval: ## quality on the gold sets → tests/eval/SCORES.md
	cargo build --release --locked
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) target/release/langnghe eval --out tests/eval/SCORES.md

models: ## train every shipped model again and compare the bytes
	cargo build --release --locked
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) tests/eval/rebuild.sh

bench: ## speed and memory, printed with ratios
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) tests/bench/run.sh

screenshots: program ## pages of the sample city → docs/screenshots
	LANGNGHE_PROGRAM=$(CURDIR)/target/debug/langnghe tests/browser/run.sh --screenshots docs/screenshots

crash: ## two hundred kills and two hundred power cuts at random moments: what is lost (docs/RELIABILITY.md)
	LANGNGHE_CRASHES=$${LANGNGHE_CRASHES:-200} cargo nextest run $(CRATES) --locked --test e2e \
	  --no-capture -E 'test(crashes::) + test(power::)'

soak: ## ten minutes of mixed load, then five times what it bears (SOAK_SECONDS shortens it; docs/RELIABILITY.md)
	command -v wrk >/dev/null || { echo "wrk is not installed: apt-get install wrk" >&2; exit 1; }
	cargo build --release --locked
	python3 tests/bench/soak.py target/release/langnghe

nodes: ## processes that share a record: leaders, search nodes and the database lost, twelve times
	LANGNGHE_NODE_LOSSES=$${LANGNGHE_NODE_LOSSES:-12} cargo nextest run $(CRATES) --locked --test e2e \
	  --no-capture -E 'test(nodes::)'

elastic: ## the search index on a search server, against a contract server (docs/adr/026)
	cargo nextest run $(CRATES) --locked --lib -E 'test(elastic::)'

deb: ## a Debian package in target/debian (DEB_PROFILE=dev: of the unoptimised program, for tests)
	command -v cargo-deb >/dev/null || cargo install --debug --locked --quiet --root .tools cargo-deb@3.8.0
	cargo build --profile $(DEB_PROFILE) --locked
	mkdir -p target/package/man
	$(DEB_BUILT)/langnghe man target/package/man
	$(DEB_BUILT)/langnghe completions bash > target/package/langnghe.bash
	$(DEB_BUILT)/langnghe completions zsh > target/package/_langnghe
	$(DEB_BUILT)/langnghe completions fish > target/package/langnghe.fish
	cargo deb --no-build --locked --profile $(DEB_PROFILE) $(if $(filter dev,$(DEB_PROFILE)),--fast)

deb-test: ## install the package, run it as its user, remove and purge it (root; after `make deb`)
	tests/deb.sh

container-test: ## build the container's image over a base made here, run it twice (root; after `make demo`)
	tests/container.sh

fuzz: ## every fuzz target for ten minutes, one after the other (fuzz/README.md)
	command -v cargo-fuzz >/dev/null || cargo install --debug --locked --quiet --root .tools cargo-fuzz@0.13.2
	fuzz/run.sh

clean: ## what was built
	cargo clean
	rm -rf .tools tests/browser/node_modules tests/peers/node_modules tests/peers/*/node_modules
