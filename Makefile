# run · test · install · check · demo · bench. A fresh Debian 12 with Python >= 3.11 and make needs nothing else done first.
.PHONY: run test install check demo bench
.DEFAULT_GOAL := run

PYTHON ?= python3
BIN := .venv/bin
ROOMS := $(wildcard metrics queries events components pages briefing ingest geo security data api)
SQL := $(wildcard queries/*/*.sql queries/*/*/*.sql)

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.SILENT:
.NOTPARALLEL:
export PIP_DISABLE_PIP_VERSION_CHECK := 1

run: install
	$(BIN)/python cockpit.py demo --if-empty
	exec $(BIN)/python cockpit.py serve

test: install chromium databases redis office check
	$(BIN)/python -m pytest

install: env front-end

check: env-test front-tools
	PATH="$$PWD/.cache/node/bin:$$PATH"
	set -x
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m data.naming
	$(BIN)/mypy $(ROOMS) $(wildcard app.py cockpit.py)
	$(if $(SQL),$(BIN)/sqlfluff lint --disable-progress-bar queries)
	node_modules/.bin/eslint assets
	node_modules/.bin/stylelint "assets/*.css"

demo: install
	$(BIN)/python cockpit.py demo

# how fast, held against floors: docs/performance.md; QUICK=1 takes four minutes, BENCH_ROWS and BENCH_PEERS are honoured
bench: install chromium
	QUICK="$(QUICK)" $(BIN)/python -m bench

# --- what the verbs stand on ------------------------------------------------------------------------------------------
.PHONY: env env-test front-end front-tools chromium databases redis office

# as root: install these Debian packages; otherwise: say how, and stop
define debian
	if [ "$$(id -u)" != 0 ]; then
		echo "缺少系统软件包，请先运行: sudo apt-get update && sudo apt-get install -y $(1)" >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1)
endef

# install lock file $(2) with the Python of $(1), unless it is the one that was installed last
define locked
	if ! sha256sum $(2) | cmp -s - $(1)/$(2).sha256; then
		echo "安装 $(2) …"
		$(1)/bin/python -m pip install --quiet --require-hashes --only-binary :all: -r $(2)
		sha256sum $(2) >$(1)/$(2).sha256
	fi
endef

# a virtual environment in folder $(1)
define venv
	if ! $(1)/bin/python -m pip --version >/dev/null 2>&1; then
		if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
			echo "需要 Python 3.11 或更新版本: make PYTHON=python3.12" >&2
			exit 1
		fi
		if ! $(PYTHON) -c 'import ensurepip' 2>/dev/null; then
			$(call debian,python3-venv)
		fi
		$(PYTHON) -m venv --clear $(1)
	fi
endef

# npm ci $(1), with the machine's node or, where it is missing or old, the one that PyPI carries
define npm
	if ! command -v npm >/dev/null || [ "$$(node -p 'process.versions.node.split(".")[0] >= 20')" != true ]; then
		$(call venv,.cache/node)
		$(call locked,.cache/node,requirements-node.txt)
		PATH="$$PWD/.cache/node/bin:$$PATH"
	fi
	npm ci $(1) --silent --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000
endef

env:
	$(call venv,.venv)
	$(call locked,.venv,requirements.txt)

env-test: env
	$(call locked,.venv,requirements-test.txt)

# plotly's small bundle from npm (the machine's, or the one that PyPI carries), then every static file compressed ahead
front-end: env
	fetch() (
		$(call npm,--omit=dev) && mkdir -p assets/vendor \
			&& cp node_modules/plotly.js-cartesian-dist-min/plotly-cartesian.min.js assets/vendor/ \
			&& sha256sum package-lock.json >assets/vendor/lock.sha256
	)
	if ! sha256sum package-lock.json | cmp -s - assets/vendor/lock.sha256; then
		fetch </dev/null || echo "提示： 未能取得前端文件，改用 Dash 自带的完整 plotly(页面更重，功能不变)" >&2
	fi
	$(BIN)/python -m components.delivery

# what checks our own scripts and style sheets (Chromium 100) and, in the browser tests, whether everybody can use a page
front-tools: env
	if ! sha256sum package-lock.json | cmp -s - node_modules/.lock.sha256; then
		echo "安装前端检查工具 …"
		$(call npm,) </dev/null
		sha256sum package-lock.json >node_modules/.lock.sha256
	fi

# what the browser tests drive: Chromium with Chinese glyphs, and Playwright, whose driver wants libatomic
chromium: env-test
	if ! command -v chromium >/dev/null || [ -z "$$(fc-list :lang=zh 2>/dev/null)" ] || ! $(BIN)/playwright --version >/dev/null 2>&1; then
		$(call debian,chromium fonts-noto-cjk fontconfig libatomic1)
	fi

# what the tests pull from: a PostgreSQL and a MariaDB that they start themselves, on loopback, in folders thrown away
databases:
	if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || ! test -x /usr/sbin/mariadbd; then
		$(call debian,postgresql mariadb-server-core)
	fi

# what the tests start and kill as the shared cache: a Redis on loopback
redis:
	if ! command -v redis-server >/dev/null; then
		$(call debian,redis-server)
	fi

# what opens the slides and the draft in a test, about 90 MB; without it that test is skipped and says so
office:
	if ! command -v soffice >/dev/null; then
		if [ "$$(id -u)" = 0 ]; then
			$(call debian,libreoffice-impress-nogui libreoffice-writer-nogui)
		else
			echo "提示： 没有 LibreOffice，跳过用它打开幻灯片和草稿的测试。要测先运行: sudo apt-get install -y libreoffice-impress-nogui libreoffice-writer-nogui" >&2
		fi
	fi
