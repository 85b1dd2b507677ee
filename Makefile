# `make demo` and `make test` are all a newcomer needs; both set up what they lack.
# LANGNGHE_SHARED names the folder of evaluation data for `make eval` and `make bench`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
LANGNGHE_SHARED ?= $(abspath ../shared)
export PATH := $(CURDIR)/.tools/bin:$(PATH)

.PHONY: help demo test tools fmt lint unit e2e browser eval bench screenshots clean

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /'

demo: ## build and open a sample city with a full day's digest, no network
	cargo build --release --locked
	target/release/langnghe demo

test: tools fmt lint unit e2e browser ## everything that must hold before a change lands
	@echo "make test: all parts passed"

tools: ## install what tests need (Debian packages, npm packages, two checkers)
	tests/tools.sh

fmt: ## formatting
	cargo fmt --all --check

lint: ## clippy, licences, spelling
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo deny --log-level error check bans licenses sources
	typos

unit: ## tests of every crate
	cargo nextest run --workspace --locked --lib --bins
	cargo test --workspace --locked --doc

e2e: ## the built program against real servers on loopback
	cargo nextest run --workspace --locked --test '*'

browser: ## pages of the sample city in headless Chromium
	tests/browser/run.sh

eval: ## quality on the gold sets → tests/eval/SCORES.md
	cargo build --release --locked
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) target/release/langnghe eval --out tests/eval/SCORES.md

bench: ## speed and memory, printed with ratios
	LANGNGHE_SHARED=$(LANGNGHE_SHARED) tests/bench/run.sh

screenshots: ## pages of the sample city → docs/screenshots
	tests/browser/run.sh --screenshots docs/screenshots

clean: ## what was built
	cargo clean
	rm -rf .tools tests/browser/node_modules tests/peers/node_modules tests/peers/*/node_modules
