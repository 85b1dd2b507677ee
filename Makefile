# `make demo` and `make test` are all a newcomer needs; both set up what they lack.
# LANGNGHE_SHARED names the folder of evaluation data for `make eval` and `make bench`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
LANGNGHE_SHARED ?= $(abspath ../shared)
export PATH := $(CURDIR)/.tools/bin:$(PATH)

# All but the crate that needs libtorch.
CRATES := --workspace --exclude langnghe-neural-torch
LIBTORCH_DIR ?= $(CURDIR)/target/libtorch

.PHONY: help demo test test-neural tools fmt lint unit e2e contract neural browser eval models bench screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /'

demo: ## build and open a sample city with a full day's digest, no network
	cargo build --release --locked
	target/release/langnghe demo

test: tools fmt lint unit e2e contract neural browser ## everything that must hold before a change lands
	@echo "make test: all parts passed"

tools: ## install what tests need (Debian packages, npm packages, two checkers)
	tests/tools.sh

fmt: ## formatting
	cargo fmt --all --check

lint: ## clippy, licences, spelling
	cargo clippy $(CRATES) --all-targets --locked -- -D warnings
	cargo clippy -p langnghe -p langnghe-neural -p langnghe-neural-torch --all-targets --locked \
	  --features langnghe/rust-bert,langnghe-neural/testing,langnghe-neural-torch/doc-only -- -D warnings
	cargo deny --all-features --log-level error check bans licenses sources
	typos

unit: ## tests of every crate
	cargo nextest run $(CRATES) --locked --lib --bins
	cargo test $(CRATES) --locked --doc

e2e: ## the built program against real servers on loopback
	cargo nextest run $(CRATES) --locked --tests -E 'kind(test)'

contract: ## the API under schemathesis; its tables, maps, feeds and calendars under readers of others
	tests/contract/run.sh

neural: ## a neural model of the user's own, by candle
	cargo nextest run -p langnghe-neural --features candle,testing --locked
	cargo nextest run -p langnghe --features neural --locked --test neural

test-neural: ## the same by rust-bert on libtorch, which is made first (800 MB are fetched)
	tests/libtorch.sh $(LIBTORCH_DIR)
	LIBTORCH=$(LIBTORCH_DIR) LIBTORCH_CXX11_ABI=0 LD_LIBRARY_PATH=$(LIBTORCH_DIR)/lib \
	  cargo nextest run -p langnghe-neural-torch --locked

browser: ## pages of the sample city in headless Chromium
	tests/browser/run.sh

eval: ## quality on the gold sets → tests/eval/SCORES.md
	cargo build --release --locked
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) target/release/langnghe eval --out tests/eval/SCORES.md

models: ## train every shipped model again and compare the bytes
	cargo build --release --locked
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) tests/eval/rebuild.sh

bench: ## speed and memory, printed with ratios
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) tests/bench/run.sh

screenshots: ## pages of the sample city → docs/screenshots
	tests/browser/run.sh --screenshots docs/screenshots

clean: ## what was built
	cargo clean
	rm -rf .tools tests/browser/node_modules tests/peers/node_modules tests/peers/*/node_modules
