"""How a docx or xlsx becomes pages: reading into blocks, breaking lines, laying tables, filling pages. No Qt here.

Lengths are points inside this package; `Sheet` in sheet.py turns them into the millimetres of documents/page.py.
"""
