# Everything a developer or a new machine needs. It asks for Python 3.11 to 3.13, make, node, npm and apt.
PYTHON ?= python3
PY = .venv/bin/python
INDEX = index=$${PIP_INDEX_URL:-$$($(PY) -m pip config get global.index-url 2>/dev/null)};
UV = $(INDEX) .venv/bin/uv pip install --quiet $${index:+--default-index "$$index"} --python
FAST = tests/unit tests/contract tests/channels tests/flow tests/simulation
CODE = functions layers cli local scripts tests
export SAM_CLI_TELEMETRY = 0
unexport PYTHONDONTWRITEBYTECODE # or every run would compile everything anew

.PHONY: run test check trial bench smoke simulate vectors cases times forge fuzz tool channel word template docs deploy invoke start-api build setup apt clean compiled venv

run: .venv/ready .venv-sam/ready .venv-emulator/ready ## the whole stack on this machine, with a chat page
	@$(PY) -m local

test: setup check trial artifact servers stack ## all set-up, then everything CI runs

ifdef TOOL
check: .venv/tests compiled
	@$(PY) -m scripts.check_tool "$(TOOL)"
else
check: .venv/tests .venv-emulator/ready compiled ## format, lint, types, imports, sizes, fast tests; one tool's: make check TOOL=todoist
	.venv/bin/ruff format --check --quiet $(CODE)
	.venv/bin/ruff check --quiet $(CODE)
	.venv/bin/mypy
	@mkdir -p build
	.venv/bin/lint-imports --config .importlinter > build/imports.log || { cat build/imports.log; exit 1; }
	$(PY) -m scripts.check_sizes
	$(PY) -m cli policy check
	$(PY) -m cli lint permissions
	$(PY) -m pytest -q -n auto $(FAST)
endif

artifact: setup build .venv-checkov/ready ## what `sam build` made: small, importable, linted; the tools' tests run on nothing else
	$(PY) -m pytest -q tests/artifact

TOOLS = $(patsubst functions/tools/%/tool.yaml,%,$(wildcard functions/tools/*/tool.yaml))
servers: setup ## a browser, a table, what all tools owe; each tool's own tests run in `make artifact`
	$(PY) -m pytest -q tests/servers $(TOOLS:%=--ignore-glob='*/test_%*.py')

stack: setup ## against the one-machine stack, IAM enforced
	$(PY) -m pytest -q tests/stack

trial: .venv/tests .venv-emulator/ready ## a tool, a channel and a control word, each new, in a copy of this folder
	@$(PY) -m tests.trial

smoke: setup compiled ## messages through the deployed one-machine stack; FAULTS=1 kills functions and loses queue messages
	@$(PY) -m tests.stack.smoke $(if $(FAULTS),--faults)

.PHONY: hour
hour: apt .venv/tests compiled ## a newcomer's first hour in a fresh clone; its steps alone: make hour ONLY="run lines"
	@$(PY) -m tests.hour $(ONLY)

bench: setup build compiled ## cold starts and calls as ratios to a bare handler; writes build/bench.json
	@$(PY) -m tests.bench

simulate: .venv/tests compiled ## seeded faults: make simulate SEEDS=20000, or MUTATE=1
	@$(PY) -m tests.simulation --jobs 2 $(if $(MUTATE),--mutate,--seeds $(or $(SEEDS),20000))

vectors: .venv/tests compiled ## known webhooks judged by the channels: make vectors FILE=tests/vectors/channels.json
	@$(PY) -m tests.vectors $(or $(FILE),tests/vectors/channels.json)

cases: apt .venv/tests .venv-sam/ready compiled ## what people and platforms send, and what is right: make cases FILE=path/to/cases.jsonl
	@$(PY) -m tests.cases "$(FILE)"

times: .venv/tests compiled ## what people say of times, and what it means: make times FILE=path/to/times.jsonl
	@$(PY) -m tests.times "$(FILE)"

forge: .venv/tests compiled ## forged requests through ingest, the last line one JSON object: make forge N=200000
	@$(PY) -m tests.forging $(or $(N),200000)

fuzz: .venv-fuzz/ready compiled ## every parser, guided by coverage; the last line is a summary: make fuzz MINUTES=10
	@.venv-fuzz/bin/python -m tests.fuzzing $(or $(MINUTES),10)

.PHONY: agentdojo
agentdojo: .venv-agentdojo/ready compiled ## 949 attacks on a victim that obeys everybody, without and with our authoriser; the last line is one JSON object
	@.venv-agentdojo/bin/python -m tests.agentdojo $(ONLY)

tool: .venv/ready ## a new tool folder: make tool NAME=todoist
	@$(PY) -m scripts.scaffold tool "$(NAME)"
	@$(MAKE) --no-print-directory template docs

channel: .venv/ready ## a new channel's folder: make channel NAME=viber
	@$(PY) -m scripts.scaffold channel "$(NAME)"
	@$(MAKE) --no-print-directory docs

word: .venv/ready ## a new control word: make word NAME=status
	@$(PY) -m scripts.scaffold word "$(NAME)"

template: .venv/ready ## the parts of template.yaml that follow from the manifests and the table of alarms
	@$(PY) -m scripts.template

docs: .venv/ready compiled ## the generated pages of docs/
	@$(PY) -m scripts.tool_docs
	@$(PY) -m scripts.channel_docs
	@$(PY) -m scripts.policy_schema

.PHONY: picture
picture: setup ## docs/page.png: the chat page, as the READMEs show it
	@$(PY) -m tests.servers.page_picture

build: .venv/ready .venv-sam/ready ## sam build for this machine, with bytecode
	@$(PY) -c "from local.deployment import build; build()"

invoke: .venv/tests .venv-sam/ready compiled ## one event in Lambda's runtime, with `make run` up: make invoke EVENT=ingest/web_message
	@$(PY) -m local.invoke "$(EVENT)"

start-api: .venv/tests .venv-sam/ready compiled ## the built API on a port, with `make run` up: make start-api PORT=3000
	@$(PY) -m local.api

deploy: .venv/ready .venv-sam/ready ## to AWS, with your credentials: make deploy STAGE=prod
	@$(PY) -m scripts.deploy "$(STAGE)"

setup: apt .venv/tests .venv-sam/ready .venv-emulator/ready tests/servers/node_modules/ready

compiled: .venv/ready
	@$(PY) layers/common/compile.py layers/common/switchboard/compiled

# uv installs in seconds what pip needs minutes for; a mirror in pip's configuration, which it does not read, is
# handed on. Only the changed requirements are installed, into what is there: a new tool's, say.
.venv/ready: cli/requirements.txt local/requirements/run.txt $(wildcard layers/common/*.txt layers/tool/*.txt functions/*/requirements.txt functions/tools/*/requirements.txt)
	@test -x .venv/bin/uv || $(MAKE) --no-print-directory venv
	@echo "installing what the functions and the command line need ..."
	@$(UV) $(PY) $(foreach file,$?,-r $(file))
	@touch $@

.venv/tests: tests/requirements.txt | .venv/ready
	@echo "installing what the tests need ..."
	@$(UV) $(PY) -r $<
	@touch $@

venv:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else f"Python 3.11 to 3.13 is needed, not {v[0]}.{v[1]}: make PYTHON=python3.12 ...")'
	@echo "the first run installs and builds all there is: a minute or two, once"
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@echo "$(CURDIR)/layers/common" > "$$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/switchboard.pth"
	@printf '#!/bin/sh\ncd "$(CURDIR)" && exec .venv/bin/python -m cli "$$@"\n' > .venv/bin/switchboard
	@chmod +x .venv/bin/switchboard

.venv-sam/ready: local/requirements/sam.txt | .venv/ready
	@echo "installing the SAM command line ..."
	@.venv/bin/uv venv --quiet --clear --python $(PY) .venv-sam
	@$(UV) .venv-sam/bin/python -r $<
	@touch $@

.venv-emulator/ready: local/requirements/emulator.txt | .venv/ready
	@echo "installing the local AWS ..."
	@.venv/bin/uv venv --quiet --clear --python $(PY) .venv-emulator
	@$(UV) .venv-emulator/bin/python -r $<
	@touch $@

.venv-checkov/ready: local/requirements/checkov.txt | .venv/ready
	@echo "installing a linter of templates ..."
	@.venv/bin/uv venv --quiet --clear --python $(PY) .venv-checkov
	@$(UV) .venv-checkov/bin/python -r $<
	@touch $@

.venv-fuzz/ready: tests/fuzzing/requirements.txt layers/common/requirements.txt functions/ingest/requirements.txt | .venv/ready
	@echo "installing the fuzzer ..."
	@.venv/bin/uv venv --quiet --clear --python $(PY) .venv-fuzz
	@$(UV) .venv-fuzz/bin/python -r $<
	@echo "$(CURDIR)/layers/common" > "$$(.venv-fuzz/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/switchboard.pth"
	@touch $@

.venv-agentdojo/ready: tests/agentdojo/requirements.txt layers/common/requirements.txt layers/common/compiler.txt | .venv/ready
	@echo "installing the benchmark ..."
	@.venv/bin/uv venv --quiet --clear --python $(PY) .venv-agentdojo
	@$(UV) .venv-agentdojo/bin/python -r $<
	@echo "$(CURDIR)/layers/common" > "$$(.venv-agentdojo/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/switchboard.pth"
	@touch $@

tests/servers/node_modules/ready: tests/servers/package.json
	@echo "installing the test servers ..."
	@npm install --prefix tests/servers --no-package-lock --no-audit --no-fund --loglevel=error
	@touch $@

# Debian's packages that tests need: a browser, and PDF tools as a second opinion.
APT = chromium poppler-utils libreoffice-calc-nogui libreoffice-writer-nogui
apt:
	@missing=$$(for p in $(APT); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
		echo "installing" $$missing "..."; \
		sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
			$$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

clean:
	rm -rf .aws-sam .state build .venv .venv-sam .venv-emulator .venv-checkov .venv-fuzz .venv-agentdojo tests/servers/node_modules
