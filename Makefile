# make run    builds the release binary, runs the quickstart experiment (again: its bundle is committed, and
#             comes out the same), prints the path of its report
# make test   builds and runs all tests, in release
# make proof  proves that the bits are the same everywhere: every kernel against plain loops on emulated machines,
#             the elementary functions at every binary32 number, the shipped experiments against their bundles;
#             about fifty minutes, and installs Debian's emulators where it may
# make sanitize  random shapes and the tests of the numeric targets under the address, undefined-behaviour and thread
#             sanitizers; ten minutes
# make fuzz   reads ten million mutated specs, of which none may crash, hang or grow the reader; about forty minutes;
#             fewer with e.g. make fuzz FUZZ="--count 100000", others with --seed
# make browser  looks at the committed reports and their gallery in headless Chromium, and at other pages with e.g.
#             make browser PAGES="/tmp/pages/*.html"; a few minutes; needs Chromium and Tests/Browser/requirements.txt
# make cluster  sends studies to a Slurm of two nodes on this machine, loses nodes and tasks on the way, and compares
#             the bytes; two minutes; needs root, and installs Debian's Slurm where it may
# make format rewrites the sources in the project's format; make lint checks it
# make bench  measures kernels, training, evaluation and whole runs, as a table; some of them with e.g.
#             make bench BENCH="--filter 'training step'"; MNIST from HERDBOOK_DATA
# make bench-peers  does the same work as NumPy, JAX, PyTorch and others do, in turn with them; they are
#             installed by Benchmarks/Peers/setup.sh; some of the jobs with e.g. make bench-peers BENCH="a d"

SWIFT ?= swift
HERDBOOK = .build/release/herdbook
FORMATTED = Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources/benchmarks
BENCHMARKS = Benchmarks/.build/release/benchmarks
SUDO = $(shell [ "$$(id -u)" = 0 ] || command -v sudo)

.PHONY: run build test browser cluster fuzz proof sanitize bench bench-peers benchmarks lint format libraries

run: build
	$(HERDBOOK) run quickstart --force

build: libraries
	$(SWIFT) build -c release --product herdbook

test: libraries
	$(SWIFT) test -c release

browser:
	Tests/Browser/run --self-test
	Tests/Browser/run Results/index.html Results/*/report.html $(PAGES)

cluster: build
	Tests/Cluster/run

fuzz: libraries
	$(SWIFT) build -c release --product spec-fuzz
	.build/release/spec-fuzz $(FUZZ)

proof: build
	Tests/Kernels/run digests avx512 contraction ulps bundles

# In folders of their own, so that what was built for use stays. Leaks are not looked for: the test runner has some.
sanitize: libraries
	Tests/Kernels/run fuzz
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test -c release --sanitize address --scratch-path .build-address \
	  --filter '^(NumericsTests|NetworksTests|EngineTests|DataTests)\.'
	$(SWIFT) test -c release --sanitize thread --scratch-path .build-thread \
	  --filter '^(NumericsTests|NetworksTests|EngineTests)\.'

bench: benchmarks
	$(BENCHMARKS) own $(BENCH)

bench-peers: benchmarks
	$(BENCHMARKS) peers $(BENCH)

benchmarks: build
	$(SWIFT) build -c release --package-path Benchmarks --product benchmarks

lint:
	$(SWIFT) format lint --strict --recursive --parallel $(FORMATTED)

format:
	$(SWIFT) format --in-place --recursive --parallel $(FORMATTED)

# The headers of libyaml and zlib: installed where apt or brew can, else named.
libraries:
	@if pkg-config --exists yaml-0.1 zlib 2>/dev/null; then :; \
	elif command -v apt-get >/dev/null && { [ "$$(id -u)" = 0 ] || [ -n "$(SUDO)" ]; }; then \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	    libyaml-dev zlib1g-dev pkg-config >/dev/null; \
	elif command -v brew >/dev/null; then brew install -q libyaml pkg-config; \
	else \
	  echo "The headers of libyaml and zlib are missing. Install them with your system's packages, e.g." >&2; \
	  echo "  sudo apt-get install libyaml-dev zlib1g-dev pkg-config" >&2; \
	  echo "  sudo dnf install libyaml-devel zlib-devel pkgconf" >&2; \
	  echo "  brew install libyaml pkg-config" >&2; \
	  exit 1; \
	fi
