# What can be done here; `make` alone lists it. CI calls the same targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build run demo tools compiler test race cover fuzz bench proof golden \
	fmt lint fix vuln tidy check journey screens dist clean

GO      ?= go
TOOL    := $(GO) tool -modfile=tools.mod
ARGS    ?=
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -X main.version=$(VERSION:v%=%)

# Test programs share one compiled PDF engine.
export VIGIE_TEST_ENGINE ?= $(CURDIR)/bin/engine

# The package with the longest tests goes first, or one core waits for it in the end.
PKGS := ./web ./...

# Which packages to fuzz and to measure.
PKG ?= ./...
# Time for each fuzz target, and for all of them together in seconds (0: no limit).
FUZZTIME   ?= 20s
FUZZBUDGET ?= 0
# How often each benchmark runs, and which.
COUNT ?= 1
BENCH ?= .
# Where known vulnerabilities are looked up.
VULNDB ?= $(if $(wildcard ../shared/vulndb/index),file://$(abspath ../shared/vulndb),https://vuln.go.dev)
# Browser tests live here.
BROWSER := web/browser
SUDO    := $(if $(filter 0,$(shell id -u)),,sudo)

help: ## List these targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

build: ## Build bin/vigie for this machine
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/vigie ./cmd/vigie

run: ## Serve from the current folder; ARGS are handed on
	$(GO) run -ldflags '$(LDFLAGS)' ./cmd/vigie serve $(ARGS)

demo: ## Gather a small sample web and search it
	$(GO) run -ldflags '$(LDFLAGS)' ./cmd/vigie demo $(ARGS)

tools: ## Install what the tests need beside Go, where it is missing
	@if [ -f $(BROWSER)/package.json ]; then \
		missing=; \
		command -v chromium >/dev/null || missing="$$missing chromium"; \
		command -v npm >/dev/null || missing="$$missing nodejs npm"; \
		command -v java >/dev/null || missing="$$missing default-jre-headless"; \
		fc-list 2>/dev/null | grep NotoNaskhArabic >/dev/null || missing="$$missing fontconfig fonts-noto-core"; \
		command -v pdftotext >/dev/null || missing="$$missing poppler-utils"; \
		command -v pango-view >/dev/null || missing="$$missing pango1.0-tools"; \
		command -v ris2xml >/dev/null || missing="$$missing bibutils"; \
		command -v mkfs.ext4 >/dev/null || missing="$$missing e2fsprogs"; \
		[ -f /usr/share/dictd/freedict-eng-ara.index ] && [ -f /usr/share/dictd/freedict-eng-spa.index ] || missing="$$missing dict-freedict-eng-ara dict-freedict-eng-spa"; \
		[ -d /usr/share/doc/debian-handbook/html ] || missing="$$missing debian-handbook"; \
		if [ -n "$$missing" ]; then \
			$(SUDO) apt-get update -q && \
			DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends $$missing; \
		fi; \
		(cd $(BROWSER) && npm ci --ignore-scripts --no-audit --no-fund); \
	fi

compiler: # The race detector needs a C compiler.
	@command -v $${CC:-gcc} >/dev/null || { \
		$(SUDO) apt-get update -q && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -q --no-install-recommends gcc libc6-dev; }

test: tools ## Install what is needed and run all tests
	$(GO) test -timeout 20m -shuffle=on $(PKGS)

# Packages where a goroutine is started, by the code or by a test: in others there is
# nothing to detect.
RACY = $(shell grep -rlE --include='*.go' --exclude-dir=node_modules '^\s*go |\.Go\>|NewServer|AfterFunc|\.Update.ctx' ./web . | xargs -n 1 dirname | awk '!seen[$$0]++')

race: compiler ## Run all tests but the longest and the browser's under the race detector
	VIGIE_BROWSER=off CGO_ENABLED=1 $(GO) test -short -race -timeout 20m -shuffle=on $(RACY)

cover: tools ## Say how much of the code the tests reach
	$(GO) test -coverprofile=coverage.out -coverpkg=./... ./...
	$(GO) tool cover -func=coverage.out | tail -n 1

fuzz: ## Fuzz every target for FUZZTIME
	@GO='$(GO)' .ci/fuzz $(FUZZTIME) $(FUZZBUDGET) $(PKG)

bench: ## Run the benchmarks (VIGIE_BENCH_DOCS=100000 for the budgets); compare with bin/bench-before.txt if it is there
	@mkdir -p bin
	$(GO) test -run '^$$' -bench '$(BENCH)' -benchmem -count $(COUNT) -timeout 240m $(PKG) | tee bin/bench.txt
	@if [ -f bin/bench-before.txt ]; then $(TOOL) benchstat bin/bench-before.txt bin/bench.txt; fi

proof: tools ## Run the long proofs: 500 kills, 20 power cuts (root), soaks, a long fuzz
	VIGIE_PROOF=1 $(GO) test -count=1 -run 'Proof|Kill|PowerCut' -v -timeout 180m ./...
	$(GO) test -run '^$$' -fuzz '^FuzzParse$$' -fuzztime 10m ./feeds

golden: ## Rewrite the golden files; read the difference before you commit it
	$(GO) test $$(grep -rlE --include='*_test.go' 'vigietest\.(Golden|Updating)\(' . | xargs -n 1 dirname | sort -u) -update

journey: tools ## Go through the whole product in Chromium, in ten ways
	VIGIE_JOURNEY=1 $(GO) test -count=1 -run '^TestJourney' -timeout 40m -v ./cmd/vigie

screens: tools ## Take pictures of every page into bin/screens/index.html; ONLY='^article' those of some
	VIGIE_SCREENS_ONLY='$(ONLY)' VIGIE_SCREENS='$(CURDIR)/bin/screens' $(GO) test -count=1 -run '^TestScreens$$' -timeout 30m -v ./web

fmt: ## Format the code
	$(TOOL) golangci-lint fmt ./...

lint: ## Check the house rules
	$(TOOL) golangci-lint run ./...

fix: ## Let the tools mend what they can
	$(GO) fix ./...
	$(TOOL) golangci-lint run --fix ./...

vuln: ## Look for known vulnerabilities in what is called; VULNDB says where
	$(TOOL) govulncheck -db '$(VULNDB)' ./...

tidy: ## Check that go.mod and go.sum are complete and unaltered
	$(GO) mod tidy -diff
	$(GO) mod verify

check: tidy lint test race vuln ## Everything that a change must pass

dist: ## Build the released programs, with checksums, into dist/
	rm -rf dist && mkdir dist
	for arch in amd64 arm64; do \
		CGO_ENABLED=0 GOOS=linux GOARCH=$$arch $(GO) build -trimpath -ldflags '-s -w $(LDFLAGS)' \
			-o dist/vigie_$(VERSION:v%=%)_linux_$$arch ./cmd/vigie; \
	done
	cd dist && sha256sum vigie_* > SHA256SUMS && cat SHA256SUMS

clean: ## Remove what the other targets made
	rm -rf bin dist coverage.out
