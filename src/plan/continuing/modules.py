"""Imports the module at `path` into `shown`, as `name`, where there is one and it has all the `attributes` that are used of it."""

if name not in shown:
    try:
        module = __import__(path, fromlist=["__name__"])
    except Exception:
        module = None
    if module is not None and all([hasattr(module, attribute) for attribute in attributes]):
        shown[name] = module
