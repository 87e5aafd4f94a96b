"""A folder whose recordings come in by themselves.

A file is taken once it has stopped growing: size and time of change are the same at two looks, and no process of this
machine has it open for writing (where /proc tells). It is removed only after its bytes lie in the storage (the hash is
computed again from there) and the recording is committed. What cannot be taken goes to `nieudane/`, with the reason in
a text file beside it; a recording that fails later gets such a text file too. Several watchers may look at one folder:
a lock on the open file (flock) lets one of them at a time take it.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from council.access import Actor, Can, access_council, access_council_from_shell
from council.errors import CouncilError, message_for
from council.models import Council, Membership, Role, User
from council.tenancy import tenant_scope
from speech.engine import audio
from speech.engine.errors import EngineError
from transcripts import actions, queries, storage
from transcripts.intake import entries
from transcripts.intake.meetings import TITLE_PREFIX, place_recording
from transcripts.intake.rows import MEDIA_SUFFIXES
from transcripts.models import RecordingState
from transcripts.models_intake import IntakeEntry
from transcripts.sources.days import day_of

logger = logging.getLogger(__name__)

FAILED_FOLDER: Final = "nieudane"
_UNFINISHED: Final = (".part", ".tmp", ".crdownload", ".partial", ".filepart")
_SETTLED_CODES: Final = frozenset(
    {"media_empty", "media_unreadable", "media_no_audio", "media_truncated", "source_too_large"}
)
_WRITE_FLAGS: Final = os.O_WRONLY | os.O_RDWR


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was at one look."""

    inode: int
    size_bytes: int
    changed_ns: int


class FolderWatcher:
    """Looks at the watched folder; call `look` every AUTO_PROCESS_CHECK_INTERVAL."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or settings.AUTO_PROCESS_WATCH_DIR
        self._seen: dict[Path, Look] = {}
        self._told: set[str] = set()

    def look(self) -> int:
        """Take what stands ready; how many files were dealt with. One bad file never stops the others."""
        self.root.mkdir(parents=True, exist_ok=True)
        dealt = 0
        seen: dict[Path, Look] = {}
        for folder, actor in self._places():
            try:
                for path in _candidates(folder):
                    dealt += self._consider(actor, path, seen)
                _tell_of_failures(actor, folder)
                _take_back_notes(actor, folder)
            except OSError:
                logger.warning("the folder %s cannot be looked at", folder, exc_info=True)
        self._seen = seen
        return dealt

    def _consider(self, actor: Actor, path: Path, seen: dict[Path, Look]) -> int:
        """Take the file if it stands ready; otherwise note in `seen` how it is, for the next look."""
        now = _look_at(path)
        if now is None:
            self._tell_once(f"{entries.printable(str(path))!r}: {message_for('folder_entry_refused')}")
            return 0
        try:
            if self._seen.get(path) == now and not open_for_writing(path):
                return self._deal_with(actor, path, now)
        except (CouncilError, OSError) as error:
            self._tell_once(f"{entries.printable(path.name)!r} stays in the folder: {error}")
        seen[path] = now
        return 0

    def _places(self) -> Iterator[tuple[Path, Actor]]:
        """Folders to look at, each with whose it is."""
        try:
            if settings.AUTO_PROCESS_MODE == "single_user":
                yield self.root, _single_user()
            elif settings.AUTO_PROCESS_MODE == "admin_only":
                yield self.root, access_council_from_shell(_default_council())
        except CouncilError as error:
            self._tell_once(
                f"mode {settings.AUTO_PROCESS_MODE}: {message_for(error.code, **error.context)} {error.detail}"
            )
        if settings.AUTO_PROCESS_MODE != "council_directories":
            return
        with os.scandir(self.root) as inside:
            names = sorted(entry.name for entry in inside if entry.is_dir(follow_symlinks=False))
        for name in names:
            if name == FAILED_FOLDER or name.startswith("."):
                continue
            try:
                yield self.root / name, access_council_from_shell(name)
            except CouncilError as error:
                reason = "folder_council_unknown" if error.code == "council_unknown" else error.code
                self._tell_once(f"folder {name!r}: {message_for(reason)}")

    def _tell_once(self, sentence: str) -> None:
        if sentence not in self._told:
            self._told.add(sentence)
            logger.error("watched folder, %s", sentence)

    def _deal_with(self, actor: Actor, path: Path, look: Look) -> int:
        with _claimed(path, look) as handle:
            if handle is None:
                return 0
            try:
                self._take(actor, path, look, handle)
            except CouncilError as error:
                if error.code not in _SETTLED_CODES:
                    raise
                _refuse(path, error.code)
            return 1

    def _take(self, actor: Actor, path: Path, look: Look, handle: BufferedReader) -> None:
        """Bring the file in, and remove it once that is safe. Raises CouncilError."""
        code = _broken_because(path)
        if code == "media_empty":
            raise CouncilError(code)
        title = f"{TITLE_PREFIX}{entries.printable(path.stem)}"[: actions.TITLE_CHARS]
        recording_id = actions.add_file(
            actor,
            content=actions.blocks_of(handle),
            file_name=entries.printable(path.name),
            title=title,
            held_on=day_of(path.stem.replace("_", " ")),
        )
        handle.seek(0)
        digest = _sha256_of(handle)
        if queries.find_by_content(actor, digest) != recording_id or not _is_stored(actor, recording_id, digest):
            raise CouncilError("internal_error", retryable=True, detail=f"{path.name} is not stored as it is")
        place_recording(actor.council_id, recording_id)
        is_new = _remember(actor, entries.content_key(digest), path.name, recording_id, code)
        if _look_at(path) != look:
            raise CouncilError("internal_error", retryable=True, detail=f"{path.name} changed while it was read")
        if code:
            _refuse(path, code)
        else:
            path.unlink()
            if not is_new:
                _note(path.parent / FAILED_FOLDER / path.name, "folder_file_known")
        logger.info("%s came in as %s", path.name, recording_id)


def _remember(actor: Actor, key: str, name: str, recording_id: UUID, code: str) -> bool:
    """Write down which file the recording came from; False when a file of another name brought these bytes before."""
    with tenant_scope(actor.council_id):
        before = entries.known(IntakeEntry.Origin.FOLDER, key)
        if before is not None and before.recording_id == recording_id:
            return before.name == entries.printable(name)  # the same one again: its removal was cut off
        entries.remember(
            actor.council_id, IntakeEntry.Origin.FOLDER, key, name=name, recording_id=recording_id, error_code=code
        )
    return True


def open_for_writing(path: Path) -> bool:
    """Whether a process of this machine that we may look into has the file open for writing. False where unknown."""
    try:
        wanted = path.stat()
        processes = [name for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return False
    return any(_writes(Path("/proc", process), wanted) for process in processes)


def _writes(process: Path, wanted: os.stat_result) -> bool:
    try:
        descriptors = os.listdir(process / "fd")
    except OSError:  # gone, or another account's
        return False
    for descriptor in descriptors:
        try:
            found = os.stat(process / "fd" / descriptor)
            if (found.st_dev, found.st_ino) != (wanted.st_dev, wanted.st_ino):
                continue
            lines = (process / "fdinfo" / descriptor).read_text().splitlines()
        except OSError:
            continue
        flags = next((line.split()[1] for line in lines if line.startswith("flags:")), "0")
        if int(flags, 8) & _WRITE_FLAGS:
            return True
    return False


def _candidates(folder: Path) -> list[Path]:
    """Recordings that lie directly in the folder; hidden and unfinished files and other documents are left alone."""
    with os.scandir(folder) as inside:
        names = sorted(entry.name for entry in inside)
    return [
        folder / name
        for name in names
        if Path(name).suffix.lower() in MEDIA_SUFFIXES
        and not name.startswith((".", "~"))
        and not name.endswith(_UNFINISHED)
    ]


def _look_at(path: Path) -> Look | None:
    """None for what is no file of this folder: links lead elsewhere, pipes never end."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Look(status.st_ino, status.st_size, status.st_mtime_ns)


@contextmanager
def _claimed(path: Path, look: Look) -> Iterator[BufferedReader | None]:
    """The file, open and locked; None when another watcher has it or it is not the one that was looked at."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        yield None
        return
    with os.fdopen(descriptor, "rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        except OSError as error:
            if error.errno not in (errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP):
                raise
            # A network share without locks: two watchers then read the file, and its bytes still come in once.
        is_same = os.fstat(handle.fileno()).st_ino == look.inode and _look_at(path) == look
        yield handle if is_same else None


def _broken_because(path: Path) -> str:
    """The code of what is wrong with the file, "" when nothing can be seen."""
    try:
        audio.probe(path)
    except EngineError as error:
        if error.code not in _SETTLED_CODES:
            raise CouncilError(error.code, retryable=error.retryable, detail=error.detail) from error
        return error.code
    return ""


def _sha256_of(handle: BufferedReader) -> str:
    return hashlib.file_digest(handle, "sha256").hexdigest()


def _is_stored(actor: Actor, recording_id: UUID, digest: str) -> bool:
    file = queries.stored_media(actor, recording_id, "media")
    if file is None:
        return False
    with storage.local_copy(file.name) as path:
        return path.exists() and storage.sha256_of(path) == digest


def _refuse(path: Path, code: str) -> None:
    """Move the file to `nieudane/` and write the reason beside it; a name that is taken gets a number."""
    folder = path.parent / FAILED_FOLDER
    folder.mkdir(exist_ok=True)
    target = next(
        candidate
        for candidate in (folder / (f"{path.stem} ({n}){path.suffix}" if n else path.name) for n in range(100_000))
        if not candidate.exists()
    )
    path.rename(target)
    _explain(target, code)


def _explain(target: Path, code: str) -> None:
    _note(target, code, "" if target.exists() else "Plik jest przy swoim nagraniu w systemie.\n")
    logger.warning("%s: %s", target.name, code)


def _note(target: Path, code: str, where: str = "") -> None:
    target.parent.mkdir(exist_ok=True)
    text = f"{entries.printable(target.name)}\n\n{message_for(code)}\n{where}[{code}]\n"
    target.with_name(f"{target.name}.txt").write_text(text, encoding="utf-8")


def _tell_of_failures(actor: Actor, folder: Path) -> None:
    """Recordings from this folder that turned out broken, or without a word, only when they were worked on."""
    with tenant_scope(actor.council_id):
        waiting = IntakeEntry.objects.filter(
            council_id=actor.council_id, origin=IntakeEntry.Origin.FOLDER, settled=False
        ).exclude(recording__state=RecordingState.PROCESSING)
        fields = ("pk", "name", "error_code", "recording__state", "recording__error_code", "has_words")
        found = list(waiting.annotate(has_words=entries.has_words()).values_list(*fields)[:1000])
    for entry_id, name, told_code, state, failure, has_words in found:
        code = entries.SILENT if state == RecordingState.READY and not has_words else failure
        if (state == RecordingState.FAILED or code == entries.SILENT) and not told_code:
            _explain(folder / FAILED_FOLDER / Path(name).name, code or "internal_error")
        with tenant_scope(actor.council_id):
            IntakeEntry.objects.filter(pk=entry_id).update(settled=True, error_code=told_code or code or "")


def _take_back_notes(actor: Actor, folder: Path) -> None:
    """A recording that failed and was made ready later needs no note; one beside a refused file stays with it."""
    with tenant_scope(actor.council_id):
        mended = IntakeEntry.objects.filter(
            council_id=actor.council_id,
            origin=IntakeEntry.Origin.FOLDER,
            settled=True,
            recording__state=RecordingState.READY,
        ).exclude(error_code="")
        mended = mended.annotate(has_words=entries.has_words()).filter(
            Q(has_words=True) | ~Q(error_code=entries.SILENT)
        )
        found = list(mended.order_by("-pk").values_list("pk", "name")[:1000])
    for entry_id, name in found:
        target = folder / FAILED_FOLDER / Path(name).name
        if target.exists():
            continue
        target.with_name(f"{target.name}.txt").unlink(missing_ok=True)
        with tenant_scope(actor.council_id):
            IntakeEntry.objects.filter(pk=entry_id).update(error_code="")


def _default_council() -> str:
    if settings.AUTO_PROCESS_DEFAULT_COUNCIL:
        return str(settings.AUTO_PROCESS_DEFAULT_COUNCIL)
    slugs = list(Council.objects.order_by("pk").values_list("slug", flat=True)[:2])
    if len(slugs) != 1:
        raise CouncilError("council_unknown", slug="", detail="set AUTO_PROCESS_DEFAULT_COUNCIL")
    return str(slugs[0])


def _single_user() -> Actor:
    """The person of AUTO_PROCESS_DEFAULT_USERNAME in the council of AUTO_PROCESS_DEFAULT_COUNCIL, or their only one."""
    person = User.objects.filter(email__iexact=settings.AUTO_PROCESS_DEFAULT_USERNAME).first()
    if person is None:
        raise CouncilError("not_found", detail="AUTO_PROCESS_DEFAULT_USERNAME names nobody")
    slug = settings.AUTO_PROCESS_DEFAULT_COUNCIL
    if not slug:
        slugs = Membership.objects.filter(user=person, role=Role.CLERK).values_list("council__slug", flat=True)[:2]
        if len(slugs) != 1:
            raise CouncilError("not_found", detail="set AUTO_PROCESS_DEFAULT_COUNCIL")
        slug = slugs[0]
    actor = access_council(person, slug)
    actor.require(Can.EDIT)
    return actor
