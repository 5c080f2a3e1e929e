.DEFAULT_GOAL := help
.PHONY: help demo test check bench chaos radio lock

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' Makefile

demo: ## Run all of Hearthbeat here, with three virtual homes, until Ctrl-C
	@deploy/setup/prepare demo
	@exec .venv/bin/hearthbeat-sim demo

test: ## Check and test everything, against real servers
	@deploy/setup/prepare test
	@$(MAKE) --no-print-directory check
	@exec .venv/bin/pytest --numprocesses 3 --dist worksteal

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

chaos: ## The long runs that `make test` holds short: hours of kills and damaged messages
	@deploy/setup/prepare test
	@HEARTHBEAT_CHAOS_KILLS=300 HEARTHBEAT_HUB_KILLS=500 HEARTHBEAT_FUZZED_MESSAGES=200000 \
		HEARTHBEAT_DECODER_FUZZ_S=300 \
		exec .venv/bin/pytest --numprocesses 2 tests/system/test_chaos.py tests/system/test_hub_kills.py \
		tests/system/test_fuzz.py tests/edge_agent/test_fuzz_decoders.py

radio: ## The hub against Debian's real bluetoothd and kernel, in an emulated machine: about ten minutes
	@deploy/setup/prepare radio
	@exec .venv/bin/python -m tests.radio

lock: ## Pin the Python packages anew in requirements.txt (needs uv)
	uv pip compile --quiet --upgrade --generate-hashes --all-extras --universal --no-header --no-annotate \
		--no-emit-index-url pyproject.toml --output-file requirements.txt
	uv pip compile --quiet --generate-hashes --extra radio --universal --no-header --no-annotate \
		--no-emit-index-url --constraints requirements.txt pyproject.toml --output-file requirements-radio.txt
