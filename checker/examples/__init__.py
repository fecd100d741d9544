"""A good and a bad template for each control that a template can express.

The good ones are whole templates in this folder, or a folder of them. ``TH110.diff`` is what has to be done
to a bad one (``TH110.tf.diff`` for Terraform): with its ``-`` lines in the place of its ``+`` lines the good
template fails TH110, and nothing else. Lines above the diff say more:

    Setting: allowed-kms-keys = [...]        is needed in trailhold.toml
    Parameter: AWS::AccountId=111122223333   is needed on the command line
    Also: TH311                              fails as well
    At: LogGroup                             is where the finding stands, if neither at a line that differs
                                             nor at one that this stands in

    trailhold explain TH110 --example DIR    writes both templates
"""

from pathlib import Path

from msgspec import Struct

from checker.examples.patch import Patch, parse, undone

HERE = Path(__file__).parent
LANGUAGES = {"cloudformation": "", "terraform": ".tf"}
"""How the names of their diffs end, before the suffix."""


class Example(Struct, frozen=True, kw_only=True):
    """The same template twice: a control passes one and fails the other."""

    control: str
    file: str
    """The file that differs, by its path in this folder."""
    good: str
    bad: str
    settings: tuple[str, ...] = ()
    """Lines of ``[thresholds]`` in trailhold.toml, without which the control asks for nothing."""
    also: tuple[str, ...] = ()
    """Other controls that the bad template fails as well, because they ask for more of the same."""
    parameters: tuple[str, ...] = ()
    """What ``--parameters`` has to say for the bad one to be decided."""
    at: str = ""
    """The resource at which the finding stands, where that is none of the lines that differ."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that are judged together, this one among them."""
        folder, _, _ = self.file.rpartition("/")
        if not folder:
            return (self.file,)
        return tuple(sorted(f"{folder}/{path.name}" for path in (HERE / folder).iterdir()))


def example(control: str, language: str = "cloudformation") -> Example | None:
    """Return the example of a control by its id; None where there is none in that language."""
    path = HERE / f"{control}{LANGUAGES[language]}.diff"
    if not path.is_file():
        return None
    patch: Patch = parse(path.read_text("utf-8"))
    good = (HERE / patch.file).read_text("utf-8")
    return Example(
        control=control,
        file=patch.file,
        good=good,
        bad=undone(patch, good),
        settings=patch.said("Setting"),
        parameters=patch.said("Parameter"),
        also=patch.said("Also"),
        at="".join(patch.said("At")),
    )
