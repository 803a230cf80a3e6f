# The short front door. What it calls works without it: scripts/run, cmake --preset …, ctest --preset ….

# Tests of servers mostly wait: two for each core.
JOBS ?= $(shell nproc)
TEST_JOBS ?= $(shell echo $$((2 * $(JOBS))))
SHELL_SCRIPTS := .ci/run .ci/smoke $(addprefix scripts/,build-deb bundle container ctl install.sh install-deps make-cert \
	private-redis release render-nginx run) $(wildcard scripts/lib/*.bash) packaging/koshelf-ctl.in tests/support/debian-root packaging/bundle-launcher \
	packaging/completion/koshelf-ctl.bash \
	$(addprefix packaging/debian/,postinst prerm postrm) examples/spawn-fcgi/koshelf-pools \
	$(addprefix examples/shared-host/,koshelf koshelf.cgi)
CXX_SOURCES = $(shell git ls-files '*.cc' '*.h')

.DEFAULT_GOAL := help
.PHONY: help run test test-all test-browser browser-modules programs install uninstall deb bundle docker debug asan fuzz bench bench-bridge chaos build format lint deps clean

run: ## install what is missing, build, and run everything until Ctrl-C
	@scripts/run

test: deps browser-modules build ## install what is missing, build, and run all tests
	ctest --preset release -j $(TEST_JOBS)

test-browser: deps browser-modules build ## walk through the console in Debian's chromium; screenshots in build/screenshots
	KOSHELF_BIN_DIR=$(CURDIR)/build/release/fcgi-app tests/browser/run_browser

test-all: test ## all tests, then those that boot machines and install packages (as root, with the network)
	@scripts/install-deps --system
	ctest --preset system

programs:
	@[ ! -e scripts/install-deps ] || scripts/install-deps --run
	@cmake --preset release >/dev/null
	cmake --build --preset release --target koshelf-fcgi koshelf-bridge koshelf-ctl

install: programs ## install into PREFIX (/usr/local), below DESTDIR if that is set
	@scripts/install.sh install

uninstall: ## remove what `make install` brought; data and changed settings stay
	@scripts/install.sh uninstall

deb: programs ## a Debian package of this version, in dist/
	@scripts/build-deb

bundle: programs ## an archive for machines where nothing can be installed, in dist/
	@scripts/bundle

docker: ## the image koshelf/koshelf-sync
	docker build --rm=true --tag=koshelf/koshelf-sync \
		--build-arg KOSHELF_VERSION="$$(git describe --tags --match='v[0-9]*' 2>/dev/null | sed 's/^v//; s/-/+/; s/-/./')" .

build: ## build as it is run (build/release)
	@scripts/install-deps --run
	@cmake --preset release >/dev/null
	cmake --build --preset release

debug asan fuzz: deps ## build and test without optimisation / with sanitizers by clang++ / fuzz the parsers
	@cmake --preset $(PRESET) >/dev/null
	cmake --build --preset $(PRESET)
	ctest --preset $(TESTS) -j $(TEST_JOBS)
debug: PRESET = debug
asan fuzz: PRESET = asan-ubsan
debug asan fuzz: TESTS = $(PRESET)
fuzz: TESTS = fuzz

bench: deps build ## measure against two ceilings (docs/performance.md)
	KOSHELF_BIN_DIR=$(CURDIR)/build/release/fcgi-app tests/bench/run_bench

bench-bridge: deps build ## measure how fast positions travel, and a thousand live feeds
	KOSHELF_BIN_DIR=$(CURDIR)/build/release/fcgi-app tests/bench/run_bridge_bench

chaos: deps build ## kill every process in turn under load, 200 rounds (about six minutes)
	KOSHELF_BIN_DIR=$(CURDIR)/build/release/fcgi-app KOSHELF_CHAOS_ROUNDS=200 \
		/usr/bin/python3 -m pytest -q -s -p no:cacheprovider tests/integration/test_bridge_chaos.py

format: ## format the C++ sources
	clang-format -i $(CXX_SOURCES)

lint: deps ## formatting, clang-tidy and shellcheck, as CI wants them
	clang-format --dry-run --Werror $(CXX_SOURCES)
	@if command -v shellcheck >/dev/null; then shellcheck -x $(SHELL_SCRIPTS); fi
	@cmake --preset asan-ubsan >/dev/null
	cmake --build --preset asan-ubsan
	@.ci/run tidy

deps:
	@scripts/install-deps --test

# Without the network the walk through the console is skipped, and says so.
browser-modules: tests/browser/node_modules/.package-lock.json
tests/browser/node_modules/.package-lock.json: tests/browser/package-lock.json | deps
	@cd tests/browser && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json || \
		printf 'npm ci did not work: the console is not tested in a browser\n' >&2

clean: ## remove what was built (the data in ./var stays)
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z -]*\):.*## /\1: /p' $(MAKEFILE_LIST) | awk -F': ' '{ printf "  %-24s %s\n", $$1, $$2 }'
