"""Updates without a network: one signed file carries a new program, or packs of rules, holidays and forms.

    update = updating.read(file)              # nothing in it is looked at before its signature holds
    updating.take_in(store, update)           # packs: checked, backed up, put in place, or nothing changed
    setup = updating.unpack_setup(store, update)   # a new program: the setup, ready to be started

The file's format and the keys that may sign it: desktop/updates/sealed.py. What happens with it: desktop/updating.py.
"""
