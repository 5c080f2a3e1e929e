.DEFAULT_GOAL := help
.PHONY: help demo test check bench chaos radio lock
SEED := $(or $(SEED),$(shell date +%s))

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: ## Run all of Hearthbeat here, with three virtual homes, until Ctrl-C
	@deploy/setup/prepare demo
	@exec .venv/bin/hearthbeat-sim demo

test: ## Check and test everything, against real servers
	@deploy/setup/prepare test
	@$(MAKE) --no-print-directory check
	@exec .venv/bin/pytest --numprocesses 3 --dist worksteal --durations 30

check: ## Lint, types, import rules
	@deploy/setup/prepare tools
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo

bench: ## Measure a hub, the taking in and judging of readings and the console, and print tables
	@deploy/setup/prepare demo
	@.venv/bin/hearthbeat-sim bench hub
	@.venv/bin/hearthbeat-sim bench judgement
	@.venv/bin/hearthbeat-sim bench ingest
	@exec .venv/bin/hearthbeat-sim bench console

chaos: ## What `make test` holds short, for hours: kills, damaged messages, new examples; SEED=... repeats a run
chaos: export HEARTHBEAT_EXAMPLES = 20
chaos: export HEARTHBEAT_LIVES = 50
chaos: export HEARTHBEAT_CHAOS_KILLS = 300
chaos: export HEARTHBEAT_CHAOS_SEED = $(SEED)
chaos: export HEARTHBEAT_HUB_KILLS = 500
chaos: export HEARTHBEAT_FUZZED_MESSAGES = 200000
chaos: export HEARTHBEAT_FUZZ_SEED = $(SEED)
chaos: export HEARTHBEAT_DECODER_RUNS = 5000000
chaos: export HEARTHBEAT_DECODER_SEED = $(SEED)
chaos:
	@deploy/setup/prepare test
	@echo "To repeat this run: make chaos SEED=$(SEED)"
	@.venv/bin/pytest --numprocesses 2 --timeout 7200 --hypothesis-seed $(SEED) -m hypothesis
	@exec .venv/bin/pytest --numprocesses 2 --timeout 7200 --hypothesis-seed $(SEED) \
		tests/system/test_chaos.py tests/system/test_hub_kills.py tests/system/test_fuzz.py \
		tests/edge_agent/test_fuzz_decoders.py tests/gateway/database/test_any_order.py \
		tests/gateway/tasks/test_machine.py

radio: ## The hub against Debian's real bluetoothd and kernel, in an emulated machine: about 15 minutes
	@deploy/setup/prepare radio
	@exec .venv/bin/python -m tests.radio

lock: ## Pin the Python packages anew in requirements.txt (needs uv)
	uv pip compile --quiet --upgrade --generate-hashes --all-extras --universal --no-header --no-annotate \
		--no-emit-index-url pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --generate-hashes --extra radio --universal --no-header --no-annotate \
		--no-emit-index-url --constraints requirements.txt pyproject.toml --output-file requirements-radio.txt
