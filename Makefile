# kamlens. `make demo` shows it, `make test` tests it; both do their own set-up on Debian 12 with gcc, make and Go.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

GO_WANTED := 1.26
BIN := bin/kamlens
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)
COMMIT_DATE := $(shell git log -1 --format=%cs 2>/dev/null)
# The size of the demo; every value can be given on the command line.
CUSTOMERS ?= 2000
MONTHS    ?= 24
SEED      ?= 7
UNTIL     ?=
SERVE     ?= 1
DEMO_DIR  ?= demo-data
# The language of the demo: zh-CN or en; without one that of the environment.
UI_LANG   ?=

.PHONY: all build demo test test-tools vet lint bench clean go-version

all: build

go-version:
	@command -v go >/dev/null || { echo "Go $(GO_WANTED) or newer is needed: install it from https://go.dev/dl and put it on the PATH" >&2; exit 1; }
	@have=$$(go env GOVERSION | sed -E 's/^go([0-9]+\.[0-9]+).*/\1/'); \
	[ "$$(printf '%s\n' "$(GO_WANTED)" "$$have" | sort -V | head -n 1)" = "$(GO_WANTED)" ] || \
	{ echo "Go $(GO_WANTED) or newer is needed and this is $$have: install it from https://go.dev/dl and put it on the PATH" >&2; exit 1; }
	@command -v gcc >/dev/null || { echo "gcc is needed to link DuckDB: apt-get install gcc" >&2; exit 1; }

build: go-version
	go build -trimpath -ldflags "-X main.buildVersion=$(VERSION) -X main.buildCommit=$(COMMIT) -X main.buildDate=$(COMMIT_DATE)" -o $(BIN) ./cmd/kamlens

demo: build
	$(BIN) $(if $(UI_LANG),--lang $(UI_LANG)) demo --dir $(DEMO_DIR) --customers $(CUSTOMERS) --months $(MONTHS) --seed $(SEED) $(if $(UNTIL),--until $(UNTIL)) --serve=$(if $(filter 0 false no,$(SERVE)),false,true)

vet: go-version
	go vet ./...

lint: go-version
	.ci/lint

test: go-version
	.ci/test

bench: go-version
	.ci/bench

clean:
	rm -rf bin $(DEMO_DIR)
