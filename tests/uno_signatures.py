"""Ask LibreOffice about the signatures of files; run by the system's Python, which has the uno module.

python3 uno_signatures.py PROFILE FILE…  prints as JSON, for each file, what LibreOffice says of its signatures.
"""

import json
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]
from com.sun.star.embed.ElementModes import READ  # type: ignore[import-not-found]


def connect(pipe):
    resolver_context = uno.getComponentContext()
    resolver = resolver_context.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", resolver_context
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            threading.Event().wait(0.1)  # the office opens its pipe when it is ready and tells nobody


def signatures(context, file):
    factory = context.ServiceManager.createInstanceWithContext("com.sun.star.embed.StorageFactory", context)
    form = PropertyValue()
    form.Name, form.Value = "StorageFormat", "ZipFormat"
    options = uno.Any("[]com.sun.star.beans.PropertyValue", (form,))
    storage = uno.invoke(factory, "createInstanceWithArguments", ((Path(file).as_uri(), READ, options),))
    judge = context.ServiceManager.createInstanceWithContext("com.sun.star.security.DocumentDigitalSignatures", context)
    return [
        {"valid": one.SignatureIsValid, "partial": one.PartialDocumentSignature}
        for one in judge.verifyDocumentContentSignatures(storage, None)
    ]


def lines(context, file):
    """Signature lines in the pictures of a document: setup id and whether LibreOffice links a signature to it."""
    desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
    hidden = PropertyValue()
    hidden.Name, hidden.Value = "Hidden", True
    document = desktop.loadComponentFromURL(Path(file).as_uri(), "_blank", 0, (hidden,))
    try:
        pages = [document.DrawPage] if hasattr(document, "DrawPage") else list(document.DrawPages)
        shapes = [page.getByIndex(at) for page in pages for at in range(page.Count)]
        return [
            {
                "id": shape.SignatureLineId,
                "signer": shape.SignatureLineSuggestedSignerName,
                "title": shape.SignatureLineSuggestedSignerTitle,
                "signed": shape.SignatureLineIsSigned,
            }
            for shape in shapes
            if getattr(shape, "IsSignatureLine", False)
        ]
    finally:
        document.close(True)


def main():
    profile, *files = sys.argv[1:]
    pipe = f"tm{uuid.uuid4().hex[:12]}"
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ]
    )
    try:
        context = connect(pipe)
        found = {file: {"signatures": signatures(context, file), "lines": lines(context, file)} for file in files}
        sys.stdout.write(json.dumps(found))
    finally:
        office.terminate()
        office.wait(30)


if __name__ == "__main__":
    main()
