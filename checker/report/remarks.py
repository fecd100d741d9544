"""What a reader has to know beside the findings: what was left out, hidden, or asked for in vain."""

from checker.assessment import Assessment
from checker.report.text import count


def remarks(assessment: Assessment) -> tuple[str, ...]:
    """Return a sentence each, without what a report shows in another way: gaps, and the files themselves."""
    return (*unread_files(assessment), *assessment.scan.notes)


def unread_files(assessment: Assessment) -> tuple[str, ...]:
    """Say that files were refused; nothing where all could be read."""
    number = len(assessment.refused)
    if not number:
        return ()
    them = "it" if number == 1 else "them"
    return (f"{count(number, 'file')} could not be read, so that nothing in {them} was judged",)
