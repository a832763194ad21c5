# Thin faces of bin/dev.py. `make run`, or `make run HOST=0.0.0.0 PORT=9000`; `make test ARGS="-k history"`.
PYTHON ?= python3

verbs := run test check lock messages screenshots bench chaos clean

.PHONY: $(verbs)
$(verbs):
	@exec $(PYTHON) bin/dev.py $@
