import "server-only";

/** A source that Azure forgets is copied here; what was copied never changes (history_event), the rest steers the copying. */
export const HISTORY_AND_NOTICES = [
  `create table history_event (
    stream text not null,
    seq bigint not null,
    payload text not null,
    prev text not null,
    hash text not null,
    tenant_id text generated always as (payload::jsonb ->> 'tenantId') stored,
    event_key text generated always as (payload::jsonb ->> 'key') stored,
    event_at text generated always as (payload::jsonb ->> 'at') stored,
    kind text generated always as (payload::jsonb ->> 'kind') stored,
    track text generated always as (payload::jsonb ->> 'track') stored,
    principal_id text generated always as (payload::jsonb -> 'principal' ->> 'id') stored,
    role_id text generated always as (payload::jsonb -> 'role' ->> 'id') stored,
    scope text generated always as (payload::jsonb ->> 'scope') stored,
    by_id text generated always as (payload::jsonb -> 'by' ->> 'id') stored,
    decider_id text generated always as (payload::jsonb -> 'decidedBy' ->> 'id') stored,
    search text generated always as (lower(coalesce(payload::jsonb -> 'principal' ->> 'name', '') || ' ' || coalesce(payload::jsonb -> 'principal' ->> 'detail', '') || ' ' || coalesce(payload::jsonb -> 'by' ->> 'name', '') || ' ' || coalesce(payload::jsonb -> 'decidedBy' ->> 'name', ''))) stored,
    role_name text generated always as (lower(payload::jsonb -> 'role' ->> 'name')) stored,
    primary key (stream, seq)
  )`,
  `create unique index history_event_once on history_event (tenant_id, event_key)`,
  `create index history_event_by_time on history_event (tenant_id, event_at, seq)`,
  `create index history_event_by_scope on history_event (tenant_id, scope, event_at)`,
  `create function history_event_is_append_only() returns trigger language plpgsql as $body$
  begin
    raise exception 'the history is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
  end $body$`,
  `create trigger history_event_keep before update or delete on history_event for each row execute function history_event_is_append_only()`,
  `create trigger history_event_keep_all before truncate on history_event for each statement execute function history_event_is_append_only()`,
  `create table history_holding (
    tenant_id text not null,
    id text not null,
    seen_from text not null,
    assignment_name text,
    facts text not null,
    ends_at timestamptz,
    last_seen timestamptz,
    missing_since timestamptz,
    ended_at timestamptz,
    primary key (tenant_id, id)
  )`,
  `create index history_holding_open on history_holding (tenant_id, seen_from) where ended_at is null`,
  `create index history_holding_assignment on history_holding (tenant_id, assignment_name)`,
  `create table history_window (
    tenant_id text not null, source text not null, scope text not null, from_at timestamptz not null, to_at timestamptz not null,
    primary key (tenant_id, source, scope, from_at),
    check (from_at <= to_at)
  )`,
  `create table history_step (
    tenant_id text not null,
    source text not null,
    scope text not null,
    scope_name text not null,
    due timestamptz not null,
    fence bigint not null default 0,
    read_at timestamptz,
    carrier_id text,
    carrier_name text,
    problem text,
    misses int not null default 0,
    primary key (tenant_id, source, scope)
  )`,
  `create table notice_outbox (
    event_id uuid not null,
    target text not null check (target in ('json', 'teams')),
    tenant_id text not null,
    kind text not null,
    subject text not null,
    body text not null,
    state text not null check (state in ('waiting', 'sending', 'delivered', 'givenUp', 'dropped')),
    created_at timestamptz not null,
    not_before timestamptz not null,
    give_up_at timestamptz not null,
    attempts int not null default 0,
    fence bigint not null default 0,
    last_at timestamptz,
    last_status int,
    last_error text,
    ended_at timestamptz,
    holding text,
    primary key (event_id, target),
    check ((ended_at is not null) = (state in ('delivered', 'givenUp', 'dropped')))
  )`,
  `create index notice_outbox_due on notice_outbox (not_before) where ended_at is null`,
  `create index notice_outbox_recent on notice_outbox (tenant_id, created_at)`,
];
