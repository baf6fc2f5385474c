"""An officer's answer: its shape only. Files are kept with the draft, whatever else is wrong with the form."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..law.regimes import ESTIMATE, MOVES_DUE
from .days import day_field
from .more_time import offered

BODY_MAX = 200_000
FILES_MAX = 20
# A letter with its files may be as large as one that comes by mail; a quarter goes to the coding mail needs.
FILES_BYTES = settings.MAX_LETTER_BYTES * 3 // 4
NO_WORDS = gettext_lazy("Write your answer. If all of it is in the files, say which file holds what.")
KINDS = [
    ("in_full", gettext_lazy("All the information, answered in full")),
    ("in_part", gettext_lazy("Some of the information, the rest is refused or not held")),
    ("refused", gettext_lazy("A refusal: we rely on an exemption or another section")),
    ("not_held", gettext_lazy("We do not hold the information")),
    ("question", gettext_lazy("A question back: we cannot answer until the requester replies")),
    ("fee", gettext_lazy("A fees notice: we ask for a fee before we answer")),
    ("more_time", gettext_lazy("We need more time: the answer comes later than usual")),
    ("more_time_other", gettext_lazy("We need more time, for another reason: the last day stays where it is")),
    ("acknowledgement", gettext_lazy("Only an acknowledgement: the answer comes later")),
    ("other", gettext_lazy("Something else, such as a transfer")),
]
# The grounds on which a law gives more time.
GROUNDS = {
    ESTIMATE: gettext_lazy("We need more time to weigh the public interest in a qualified exemption"),
    MOVES_DUE: gettext_lazy("We extend our time: the request is both complex and large"),
}
NO_GROUND = gettext_lazy("We need more time: the last day stays where it is")


def kinds_for(regime: str) -> list[tuple[str, str]]:
    """The kinds of letter an officer chooses from, under this law."""
    return offered(KINDS, regime=regime, grounds=GROUNDS, no_ground=NO_GROUND)


def until_field() -> forms.DateField:
    """The authority's own estimate, for a letter that says that more time is needed."""
    return day_field(
        gettext_lazy("If you need more time: by which day do you expect to answer?"),
        help_text=gettext_lazy("It is shown as your estimate. Leave it empty for other kinds of letter."),
    )


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; cleaned to a list."""

    def __init__(self, **options) -> None:
        super().__init__(widget=ManyFilesInput(), allow_empty_file=True, max_length=250, **options)

    def clean(self, data, initial=None) -> list[UploadedFile]:
        return [super(ManyFilesField, self).clean(one, initial) for one in data or [] if one]


class AnswerForm(forms.Form):
    """What an officer types. ``strict`` (on preview) asks for words and a kind; saving asks for nothing.

    ``first_words``: the salutation and sign-off that the page filled in; by themselves they are no answer.
    """

    body = forms.CharField(
        label=gettext_lazy("Your answer"),
        strip=False,
        max_length=BODY_MAX,
        help_text=gettext_lazy(
            "Everything here becomes public, with your name. Leave out personal details of other people."
        ),
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 14, "spellcheck": "true"}),
        error_messages={"required": NO_WORDS},
    )
    files = ManyFilesField(label=gettext_lazy("Add files"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of answer is this?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose what kind of answer this is: it is shown beside your letter."),
            "invalid_choice": gettext_lazy("Choose one of the kinds of answer."),
        },
    )
    until = until_field()

    def __init__(
        self,
        *args,
        regime: str,
        strict: bool = False,
        first_words: str = "",
        kept_count: int = 0,
        kept_bytes: int = 0,
        **options,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = kinds_for(regime)
        self.strict, self.first_words = strict, first_words
        self.kept_count, self.kept_bytes = kept_count, kept_bytes
        self.fields["files"].help_text = _(
            "You can choose several at once. At most %(count)d files and %(size)d MB together. "
            "A file stays with your draft until you remove it."
        ) % {"count": FILES_MAX, "size": FILES_BYTES // 1_000_000}

    def _clean_fields(self) -> None:
        """Saving asks for nothing, though the page says what an answer needs."""
        for name in ("body", "kind"):
            self.fields[name].required = self.strict
        super()._clean_fields()
        for name in ("body", "kind"):
            self.fields[name].required = True

    def clean_body(self) -> str:
        body = self.cleaned_data["body"].replace("\x00", "")
        if self.strict and body.split() in ([], self.first_words.split()):
            raise forms.ValidationError(NO_WORDS)
        return body

    def clean_files(self) -> list[UploadedFile]:
        files = self.cleaned_data["files"]
        if self.kept_count + len(files) > FILES_MAX:
            raise forms.ValidationError(
                _(
                    "An answer can have %(most)d files, and this makes %(count)d. The new ones were not added: "
                    "choose fewer, or put several into one ZIP file."
                )
                % {"most": FILES_MAX, "count": self.kept_count + len(files)}
            )
        size = self.kept_bytes + sum(file.size for file in files)
        if size > FILES_BYTES:
            raise forms.ValidationError(
                _(
                    "The files together have %(size)d MB, and an answer can carry %(most)d MB. The new ones were "
                    "not added: make them smaller, or send a second answer with the rest."
                )
                % {"size": -(-size // 1_000_000), "most": FILES_BYTES // 1_000_000}
            )
        return files


class DescribeForm(forms.Form):
    """What a letter was that the authority sent by mail."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What was this letter?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what this letter was.")},
    )
    until = until_field()

    def __init__(self, *args, regime: str, **options) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = kinds_for(regime)
