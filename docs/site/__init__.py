"""The documentation as a folder of static pages: the documents of this repository, and a page a control."""
