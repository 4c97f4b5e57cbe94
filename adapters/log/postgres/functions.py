"""The functions of the schema `log`: they run with the rights of its owner, and are the only way in.

`append` takes the turn until its transaction ends, so that order by position is the order of commits: a reader who
has seen a position never misses an earlier one. It may carry several appends, each accepted or refused by itself.
`append` and `position_at` go by the server's clock; `append_at` and `position_by` are told the instant, so whoever may
call them is trusted with the stamps: the owner lets a demo do so.
"""

from typing import Final, LiteralString

REFUSED_RECEIPT: Final = "receipt"
REFUSED_VERSION: Final = "version"

_HEAD = """LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan"""

_REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$"""

_TAKE_TURN = f"""
CREATE OR REPLACE FUNCTION log.take_turn() RETURNS trigger {_HEAD} AS $$
BEGIN
    LOCK TABLE log.turn IN EXCLUSIVE MODE;
    RETURN NULL;
END $$"""

_APPEND: Final = """
CREATE OR REPLACE FUNCTION log.{name}(
    counts integer[], streams uuid[], versions bigint[], topics text[], states bytea[],
    principals text[], keys text[], hashes text[], answers text[]{further})
RETURNS TABLE (refusal text, first_position bigint, first_recorded_at timestamptz) {head} AS $$
DECLARE
    tick CONSTANT interval := '1 microsecond';
    head bigint;
    last_at timestamptz;
    low integer;
    high integer := 0;
    fits boolean;
    stored bigint;
BEGIN
    {refusing}
    LOCK TABLE log.turn IN EXCLUSIVE MODE;
    SELECT e.notification_id, e.recorded_at INTO head, last_at
        FROM log.stored_events e ORDER BY e.notification_id DESC LIMIT 1;
    head := coalesce(head, 0);
    last_at := greatest(last_at, (SELECT a.instant FROM log.asked_until a));
    FOR n IN 1 .. cardinality(counts) LOOP
        low := high + 1;
        high := high + counts[n];
        first_position := NULL;
        first_recorded_at := NULL;
        fits := true;
        IF {in_sequence} AND counts[n] = 1 THEN
            fits := versions[low] = 1 + coalesce(
                (SELECT max(e.originator_version) FROM log.stored_events e WHERE e.originator_id = streams[low]), 0);
        ELSIF {in_sequence} AND counts[n] > 1 THEN
            fits := NOT EXISTS (
                SELECT FROM (
                    SELECT s.stream, s.version, row_number() OVER (PARTITION BY s.stream ORDER BY s.nth) AS step
                    FROM unnest(streams[low:high], versions[low:high]) WITH ORDINALITY AS s (stream, version, nth)
                ) AS asked
                WHERE asked.version IS DISTINCT FROM asked.step + coalesce(
                    (SELECT max(e.originator_version) FROM log.stored_events e
                    WHERE e.originator_id = asked.stream), 0));
        END IF;
        refusal := CASE WHEN fits THEN NULL ELSE '{refused_version}' END;
        IF principals[n] IS NOT NULL AND EXISTS (
            SELECT FROM log.receipts r WHERE r.principal = principals[n] AND r.idempotency_key = keys[n])
        THEN
            refusal := '{refused_receipt}';
        END IF;
        IF refusal IS NULL THEN
            IF counts[n] > 0 THEN
                first_position := head + 1;
                first_recorded_at := greatest({instant}, last_at + tick);
                INSERT INTO log.stored_events
                    (notification_id, originator_id, originator_version, topic, state, recorded_at)
                SELECT head + s.nth, s.stream, s.version, s.topic, s.state, first_recorded_at + (s.nth - 1) * tick
                FROM unnest(streams[low:high], versions[low:high], topics[low:high], states[low:high])
                    WITH ORDINALITY AS s (stream, version, topic, state, nth);
                GET DIAGNOSTICS stored = ROW_COUNT;
                IF stored <> counts[n] THEN
                    RAISE EXCEPTION 'the counts are not those of the events' USING ERRCODE = 'array_subscript_error';
                END IF;
                head := head + counts[n];
                last_at := first_recorded_at + (counts[n] - 1) * tick;
            END IF;
            IF principals[n] IS NOT NULL THEN
                INSERT INTO log.receipts (principal, idempotency_key, request_hash, answer, position)
                VALUES (principals[n], keys[n], hashes[n], answers[n], head);
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$"""

# A writer under way stamps after the newest event that can be seen: only an instant after that has to wait for it, and
# keeps later stamps away from itself, so that the answer stays the same even when a clock steps back.
_POSITION: Final = """
CREATE OR REPLACE FUNCTION log.{name}(known_at timestamptz{further}) RETURNS bigint {head} AS $$
DECLARE
    newest timestamptz;
    until timestamptz;
BEGIN
    newest := (SELECT e.recorded_at FROM log.stored_events e ORDER BY e.notification_id DESC LIMIT 1);
    IF newest IS NULL OR newest <= known_at THEN
        LOCK TABLE log.turn IN ROW SHARE MODE;
        newest := (SELECT e.recorded_at FROM log.stored_events e ORDER BY e.notification_id DESC LIMIT 1);
        until := least(known_at, {present});
        IF isfinite(until) AND (newest IS NULL OR newest < until) AND NOT EXISTS (
            SELECT FROM log.asked_until a WHERE a.instant >= until)
        THEN
            INSERT INTO log.asked_until AS a ("only", instant) VALUES (1, until)
            ON CONFLICT ("only") DO UPDATE SET instant = greatest(a.instant, excluded.instant);
        END IF;
    END IF;
    RETURN coalesce((SELECT e.notification_id FROM log.stored_events e
        WHERE e.recorded_at <= known_at ORDER BY e.recorded_at DESC LIMIT 1), 0);
END $$"""

_COMMON: Final = {"head": _HEAD, "refused_version": REFUSED_VERSION, "refused_receipt": REFUSED_RECEIPT}
_BY_THE_SERVER: Final = {"further": "", "in_sequence": "true", "instant": "clock_timestamp()", "refusing": ""}
_AS_TOLD: Final = {
    "further": ", in_sequence boolean, given timestamptz",
    "in_sequence": "in_sequence",
    "instant": "coalesce(given, clock_timestamp())",
    "refusing": """IF NOT isfinite(given) THEN
        RAISE EXCEPTION 'a stamp is finite' USING ERRCODE = 'datetime_field_overflow';
    END IF;""",
}
FUNCTIONS: Final[tuple[LiteralString, ...]] = (
    _REFUSE_CHANGE,
    _TAKE_TURN,
    _APPEND.format(name="append", **_COMMON, **_BY_THE_SERVER),
    _APPEND.format(name="append_at", **_COMMON, **_AS_TOLD),
    _POSITION.format(name="position_at", head=_HEAD, further="", present="clock_timestamp()"),
    _POSITION.format(name="position_by", head=_HEAD, further=", present timestamptz", present="present"),
)
_APPENDED: Final = "integer[], uuid[], bigint[], text[], bytea[], text[], text[], text[], text[]"
SIGNATURES: Final[tuple[LiteralString, ...]] = (f"log.append({_APPENDED})", "log.position_at(timestamptz)")
"""What the application's role may call."""
TRUSTED_SIGNATURES: Final[tuple[LiteralString, ...]] = (
    f"log.append_at({_APPENDED}, boolean, timestamptz)",
    "log.position_by(timestamptz, timestamptz)",
)
"""What it may call besides where the owner trusts it with the stamps."""
