import "server-only";
import { HISTORY_AND_NOTICES } from "./history-migration";
import { ROLLOUT_DEMANDS, ROLLOUTS } from "./rollout-migration";

/** One step of the store. Numbers only grow and a published text never changes: the migrator compares its hash. */
export type Migration = { version: number; name: string; statements: readonly string[] };

const AUDIT = [
  `create table audit_head (stream text primary key, seq bigint not null, hash text not null)`,
  `create table audit_event (
    stream text not null,
    seq bigint not null,
    payload text not null,
    prev text not null,
    hash text not null,
    event_at text generated always as (payload::jsonb ->> 'at') stored,
    tenant_id text generated always as (payload::jsonb ->> 'tenantId') stored,
    operator_id text generated always as (payload::jsonb ->> 'operatorObjectId') stored,
    operator_name text generated always as (payload::jsonb ->> 'operatorName') stored,
    action text generated always as (payload::jsonb ->> 'action') stored,
    target text generated always as (payload::jsonb ->> 'targetId') stored,
    outcome text generated always as (payload::jsonb ->> 'outcome') stored,
    operation_id text generated always as (payload::jsonb ->> 'operationId') stored,
    primary key (stream, seq)
  )`,
  `create index audit_event_operation on audit_event (operation_id) where operation_id is not null`,
  `create index audit_event_operator on audit_event (tenant_id, operator_id, seq)`,
  `create index audit_event_target on audit_event (lower(target), seq)`,
  `create function audit_event_is_append_only() returns trigger language plpgsql as $body$
  begin
    raise exception 'the audit is append-only: % refused', tg_op using errcode = 'insufficient_privilege';
  end $body$`,
  `create trigger audit_event_keep before update or delete on audit_event for each row execute function audit_event_is_append_only()`,
  `create trigger audit_event_keep_all before truncate on audit_event for each statement execute function audit_event_is_append_only()`,
  `create table audit_anchor (
    stream text not null, seq bigint not null, hash text not null, mac text not null, at timestamptz not null, primary key (stream, seq)
  )`,
];

const OPERATIONS = [
  `create table operation (
    id uuid primary key,
    tenant_id text not null,
    kind text not null check (kind in ('extension.deploy', 'extension.uninstall', 'extension.repair', 'identity.enable')),
    machine_id text not null,
    machine_key text not null,
    machine_name text not null,
    extension_name text,
    state text not null check (state in ('planned', 'submitting', 'provisioning', 'unknown', 'succeeded', 'failed', 'canceled', 'refused')),
    azure_status text,
    operator_object_id text not null,
    operator_name text not null,
    carrier_object_id text not null,
    request text not null,
    before_state text not null,
    operation_url text,
    location_url text,
    waiting_for text,
    failure text,
    azure text,
    trace_id text not null,
    sends int not null default 0,
    polls int not null default 0,
    misses int not null default 0,
    fence bigint not null default 0,
    not_before timestamptz not null,
    started_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz,
    check (machine_key = lower(machine_id)),
    check ((ended_at is not null) = (state in ('succeeded', 'failed', 'canceled', 'refused')))
  )`,
  `create unique index operation_one_running on operation (machine_key) where ended_at is null`,
  `create index operation_due on operation (not_before, id) where ended_at is null`,
  `create index operation_by_machine on operation (machine_key, started_at)`,
  `create table operation_event (
    id bigserial primary key, operation_id uuid not null references operation on delete cascade,
    at timestamptz not null, state text not null, detail text not null
  )`,
  `create index operation_event_of on operation_event (operation_id, id)`,
  `create function operation_state_may_change() returns trigger language plpgsql as $body$
  begin
    if old.state <> new.state and (old.state || '>' || new.state) not in (
      'planned>submitting', 'planned>canceled', 'planned>refused',
      'submitting>planned', 'submitting>provisioning', 'submitting>unknown', 'submitting>refused', 'submitting>succeeded',
      'unknown>submitting', 'unknown>provisioning', 'unknown>succeeded', 'unknown>failed', 'unknown>canceled',
      'provisioning>succeeded', 'provisioning>failed', 'provisioning>canceled'
    ) then
      raise exception 'operation %: % to % is not a transition', old.id, old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
  end $body$`,
  `create trigger operation_state_table before update of state on operation for each row execute function operation_state_may_change()`,
];

const PER_PERSON = [
  `create table fleet_snapshot (
    tenant_id text not null, object_id text not null, key text not null, body bytea not null, at timestamptz not null,
    primary key (tenant_id, object_id, key)
  )`,
  `create table preference (
    tenant_id text not null, object_id text not null, key text not null, value text not null, at timestamptz not null,
    primary key (tenant_id, object_id, key)
  )`,
];

const ACCESS_CHANGES = [
  `create table access_change_set (
    id uuid primary key,
    tenant_id text not null,
    operator_object_id text not null,
    operator_name text not null,
    carrier_object_id text not null,
    request_hash text not null,
    trace_id text not null,
    started_at timestamptz not null
  )`,
  `create index access_change_set_of on access_change_set (tenant_id, operator_object_id, started_at)`,
  `create table access_change_item (
    set_id uuid not null references access_change_set on delete cascade,
    position int not null,
    target text not null,
    request text not null,
    exact text not null,
    before_state text not null,
    undo text not null,
    state text not null check (state in ('planned', 'submitting', 'unknown', 'done', 'refused', 'failed')),
    detail text not null,
    azure text,
    sends int not null default 0,
    fence bigint not null default 0,
    not_before timestamptz not null,
    updated_at timestamptz not null,
    waiting_for text,
    accepted_at timestamptz,
    effect text not null check (effect in ('none', 'waiting', 'effective', 'late')),
    effect_seen int not null default 0,
    effect_reads int not null default 0,
    effect_since timestamptz,
    effect_read_at timestamptz,
    effect_ms bigint,
    primary key (set_id, position),
    check ((effect <> 'none') <= (state = 'done')),
    check ((effect_ms is not null) = (effect = 'effective'))
  )`,
  `create index access_change_item_due on access_change_item (not_before) where state in ('planned', 'submitting', 'unknown') or effect in ('waiting', 'late')`,
  `create function access_change_may_move() returns trigger language plpgsql as $body$
  begin
    if old.state <> new.state and (old.state || '>' || new.state) not in (
      'planned>submitting', 'planned>failed', 'submitting>planned', 'submitting>done', 'submitting>refused', 'submitting>unknown',
      'unknown>submitting', 'unknown>done', 'unknown>failed'
    ) then
      raise exception 'access change % of %: % to % is not a transition', old.position, old.set_id, old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
  end $body$`,
  `create trigger access_change_state_table before update of state on access_change_item for each row execute function access_change_may_move()`,
];

const CHANGE_SET_KINDS = [
  `alter table access_change_set add column kind text not null default 'access' check (kind in ('access', 'elevation'))`,
];

const ELEVATION = [
  `create table elevation_batch (
    id uuid primary key,
    tenant_id text not null,
    operator_object_id text not null,
    operator_name text not null,
    carrier_object_id text not null,
    request_hash text not null,
    trace_id text not null,
    started_at timestamptz not null
  )`,
  `create index elevation_batch_of on elevation_batch (tenant_id, operator_object_id, started_at)`,
  `create table elevation_item (
    id uuid primary key,
    batch_id uuid not null references elevation_batch on delete cascade,
    position int not null,
    kind text not null check (kind in ('activate', 'deactivate', 'extend', 'cancel', 'decide')),
    role_id text not null,
    scope_key text not null,
    target text not null,
    request text not null,
    exact text not null,
    facts text not null,
    state text not null check (state in ('planned', 'stepUp', 'submitting', 'unknown', 'waiting', 'scheduled', 'done', 'refused', 'canceled', 'failed')),
    azure_status text,
    refusal text,
    decided_by text,
    context text,
    challenged_with text,
    sends int not null default 0,
    looks int not null default 0,
    fence bigint not null default 0,
    not_before timestamptz not null,
    updated_at timestamptz not null,
    waiting_for text,
    accepted_at timestamptz,
    starts_at timestamptz,
    ends_at timestamptz,
    effect text not null check (effect in ('none', 'waiting', 'effective', 'late', 'ended')),
    effect_seen int not null default 0,
    effect_reads int not null default 0,
    effect_since timestamptz,
    effect_read_at timestamptz,
    effect_ms bigint,
    unique (batch_id, position),
    check ((effect <> 'none') <= (state = 'done'))
  )`,
  `create index elevation_item_due on elevation_item (not_before) where state in ('planned', 'stepUp', 'submitting', 'unknown', 'waiting', 'scheduled') or effect in ('waiting', 'late', 'effective')`,
  `create index elevation_item_of on elevation_item (role_id, scope_key, updated_at)`,
  `create function elevation_item_may_move() returns trigger language plpgsql as $body$
  begin
    if old.state <> new.state and (old.state || '>' || new.state) not in (
      'planned>submitting', 'planned>stepUp', 'planned>refused', 'planned>failed',
      'stepUp>submitting', 'stepUp>refused', 'stepUp>failed',
      'submitting>planned', 'submitting>stepUp', 'submitting>unknown', 'submitting>waiting', 'submitting>scheduled',
      'submitting>done', 'submitting>refused', 'submitting>canceled',
      'unknown>submitting', 'unknown>waiting', 'unknown>scheduled', 'unknown>done', 'unknown>refused', 'unknown>canceled', 'unknown>failed',
      'waiting>scheduled', 'waiting>done', 'waiting>refused', 'waiting>canceled', 'waiting>failed',
      'scheduled>waiting', 'scheduled>done', 'scheduled>refused', 'scheduled>canceled', 'scheduled>failed'
    ) then
      raise exception 'elevation item %: % to % is not a move', old.id, old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
  end $body$`,
  `create trigger elevation_item_table before update of state on elevation_item for each row execute function elevation_item_may_move()`,
];

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: "audit", statements: AUDIT },
  { version: 2, name: "operations", statements: OPERATIONS },
  { version: 3, name: "snapshots and preferences", statements: PER_PERSON },
  { version: 4, name: "access changes", statements: ACCESS_CHANGES },
  { version: 5, name: "kinds of change sets", statements: CHANGE_SET_KINDS },
  { version: 6, name: "elevation", statements: ELEVATION },
  { version: 7, name: "history and notices", statements: HISTORY_AND_NOTICES },
  { version: 8, name: "roll-outs", statements: ROLLOUTS },
  { version: 9, name: "demands of sign-ins", statements: ROLLOUT_DEMANDS },
];
