"""Imports the module called `name` into `shown`, where there is one and it has all the `attributes` that are used of it."""

if name not in shown:
    try:
        module = __import__(name)
    except Exception:
        module = None
    if module is not None and all([hasattr(module, attribute) for attribute in attributes]):
        shown[name] = module
