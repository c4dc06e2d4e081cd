"""Where Slipway's answers may differ from `mlflow server`'s, each with its reason. Anything else fails the test."""

# The texts of errors are for people; ours name the value and what to do. Status and error_code are compared.
# `sqlstate` and `error_class` are additions for managed services that no client reads; workspaces are not offered.
IGNORED_FIELDS = {"message", "sqlstate", "error_class", "workspace"}

# Clocks differ, so of these only the type is compared.
MADE_BY_THE_SERVER = {
    "creation_time",
    "last_update_time",
    "creation_timestamp",
    "last_updated_timestamp",
    "creation_timestamp_ms",
    "last_updated_timestamp_ms",
    "create_time",
    "created_time",
    "dataset_record_id",
}

# Sets that protobuf can only write as lists: neither server promises an order.
UNORDERED = {"experiment_ids", "tags", "params", "metrics", "aliases", "dataset_inputs", "attributes", "dataset_summaries"}



# Stands for a field that an answer does not have.
MISSING = object()


def is_allowed(difference):
    return any(rule(difference) for rule in RULES)


def lenient_reference(difference):
    """Mistakes of the caller that `mlflow server` overlooks, or fails with a 500 that its clients repeat for minutes.

    Slipway answers 400 and says what is wrong: a status that does not exist, a dataset without its fields, a body that is
    no JSON, a filter that ends with AND, an order by one metric twice.
    """
    mistakes = [
        ("/runs/update", "SLEEPING"),
        ("/runs/log-inputs", '"datasets": [{"dataset": {"name": "x"}}]'),
        ("/runs/log-inputs", '"datasets": [{}]'),
        ("/runs/search", " b'{'"),
        ("/runs/search", " b'[1]'"),
        ("/runs/search", " b'5'"),
        ("/runs/search", "metrics.loss = 1 AND"),
        ("/runs/search", '"metrics.loss", "metrics.loss DESC"'),
        ("/traces/search", "timestamp_ms = "),
    ]
    return any(path in difference.request and sent in difference.request for path, sent in mistakes)


def unknown_run(difference):
    """The history of a run that does not exist: 404 and not an empty list, so that a mistyped id is found."""
    return "get-history?run_id=00000000" in difference.request


def unknown_trace(difference):
    """A tag for a trace that does not exist: 404, as for everything else that does not exist, and not 400."""
    return "/traces/tr-00000000" in difference.request and difference.ours in (404, "RESOURCE_DOES_NOT_EXIST")


def larger_language(difference):
    """Filters that MLflow's grammar does not have and Slipway's has: texts in order, and IN for every text."""
    return any(sent in difference.request for sent in ["name > ", "params.kernel > ", "run_id > ", "params.kernel IN (", "status > "])


def repeatable(difference):
    """Restoring what is not deleted changes nothing and is no error: a repeat after a lost answer must not fail."""
    return "/experiments/restore" in difference.request


def truer_charts(difference):
    """Points of an interval: MLflow takes evenly spaced ones and loses spikes, Slipway keeps the extremes."""
    return "get-history-bulk-interval" in difference.request and difference.field.startswith("metrics[")


def who_registered(difference):
    """Slipway knows who registered a version, even without accounts."""
    return difference.field.endswith("user_id") and difference.step in ("model_versions", "registry_search", "prompts")


def own_copy(difference):
    """A registered version is downloaded from its own unchangeable copy, not from the run, whose files may change."""
    return "get-download-uri" in difference.request and difference.field == "artifact_uri"


def not_offered(difference):
    """What the reference says of its presigned uploads and its gateway, which Slipway does not have."""
    return "/server-info" in difference.request and difference.field.startswith(("presigned_", "features_enabled"))


def of_its_time(difference):
    """The digest of an evaluation dataset is made from the time of its last change."""
    return "/datasets/" in difference.request and difference.field.endswith(".digest")


def told_at_once(difference):
    """The experiments of an evaluation dataset: the reference makes its client ask for them in a second request."""
    named = difference.field.endswith("experiment_ids") and difference.reference is MISSING
    return "/datasets/" in difference.request and named


def mark_of_the_store(difference):
    """How the reference's store remembers that a trace is complete."""
    return difference.field.endswith("mlflow.trace.infoFinalized")


RULES = [
    of_its_time,
    told_at_once,
    lenient_reference,
    unknown_run,
    unknown_trace,
    not_offered,
    larger_language,
    repeatable,
    truer_charts,
    who_registered,
    own_copy,
    mark_of_the_store,
]
