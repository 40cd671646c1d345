"""Forms as folders: `forms/<id>/` with form.toml, templates and a sample (docs/forms.md).

load(folder) → Form, checked through and through; catalogue(*folders) → forms for a list; find(id) → one of them.
desktop.filling.fill(form, values, "docx" | "xlsx") → bytes.
"""

from desktop.forms.definition import KINDS, Call, Deadline, Field, Form, Group, Kind, Signer, Step, Values
from desktop.forms.loading import load, read, sample
from desktop.forms.shelf import catalogue, default_folders, find, pack, receive

__all__ = [
    "KINDS",
    "Call",
    "Deadline",
    "Field",
    "Form",
    "Group",
    "Kind",
    "Signer",
    "Step",
    "Values",
    "catalogue",
    "default_folders",
    "find",
    "load",
    "pack",
    "read",
    "receive",
    "sample",
]
