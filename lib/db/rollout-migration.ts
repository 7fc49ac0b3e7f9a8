import "server-only";

/** What Azure demands of the carrier's sign-in, for every portal of the store. */
export const ROLLOUT_DEMANDS = [
  `alter table rollout add column demand_claims text, add column demand_issued_at timestamptz,
    add check ((demand_claims is null) = (demand_issued_at is null))`,
];

/** Roll-outs. The transitions repeat `lib/domain/rollout/states.ts`, because a published migration never changes; a test compares. */
export const ROLLOUTS = [
  `create table rollout (
    id uuid primary key,
    tenant_id text not null,
    name text not null,
    kind text not null,
    state text not null check (state in ('running', 'paused', 'held', 'canceling', 'canceled', 'finished')),
    state_reason text,
    waiting_for text,
    described_as text not null,
    work text not null,
    plan text not null,
    request_hash text not null,
    acts_as text not null check (acts_as in ('operator', 'managedIdentity')),
    operator_object_id text not null,
    operator_name text not null,
    carrier_object_id text not null,
    carrier_name text not null,
    trace_id text not null,
    total int not null,
    wave int not null default 1,
    grant_state text,
    fence bigint not null default 0,
    not_before timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    ended_at timestamptz,
    check ((ended_at is not null) = (state in ('canceled', 'finished')))
  )`,
  `create index rollout_of on rollout (tenant_id, created_at)`,
  `create index rollout_due on rollout (not_before) where ended_at is null`,
  `create function rollout_may_move() returns trigger language plpgsql as $body$
  begin
    if old.state <> new.state and (old.state || '>' || new.state) not in (
      'running>paused', 'running>held', 'running>canceling', 'running>finished', 'paused>running', 'paused>canceling',
      'held>running', 'held>canceling', 'canceling>canceled', 'canceled>running', 'finished>running'
    ) then
      raise exception 'roll-out: % to % is not a transition', old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
  end $body$`,
  `create trigger rollout_state_table before update of state on rollout for each row execute function rollout_may_move()`,
  `create table rollout_wave (
    rollout_id uuid not null references rollout on delete cascade,
    number int not null,
    kind text not null check (kind in ('canary', 'wave', 'retry')),
    state text not null check (state in ('pending', 'awaitingGo', 'running', 'held', 'stopping', 'stopped', 'done', 'canceled')),
    size int not null,
    accepted int not null default 0,
    due_at timestamptz,
    started_at timestamptz,
    ended_at timestamptz,
    primary key (rollout_id, number)
  )`,
  `create function rollout_wave_may_move() returns trigger language plpgsql as $body$
  begin
    if old.state <> new.state and (old.state || '>' || new.state) not in (
      'pending>awaitingGo', 'pending>running', 'pending>canceled', 'awaitingGo>running', 'awaitingGo>canceled', 'running>held',
      'running>stopping', 'running>done', 'held>running', 'held>stopping', 'held>done', 'stopping>stopped'
    ) then
      raise exception 'wave: % to % is not a transition', old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
  end $body$`,
  `create trigger rollout_wave_state_table before update of state on rollout_wave for each row execute function rollout_wave_may_move()`,
  `create table rollout_task (
    rollout_id uuid not null references rollout on delete cascade,
    position int not null,
    wave int not null,
    machine_id text not null,
    machine_key text not null,
    machine_name text not null,
    subscription_id text not null,
    resource_group text not null,
    target text not null,
    state text not null check (state in (
      'queued', 'submitting', 'unknown', 'provisioning', 'granting', 'checking', 'removing', 'ready', 'notReady', 'failed', 'skipped', 'canceled'
    )),
    attempt int not null default 0,
    sends int not null default 0,
    polls int not null default 0,
    misses int not null default 0,
    fence bigint not null default 0,
    owner text,
    not_before timestamptz not null,
    waiting_for text,
    operation_url text,
    location_url text,
    azure_status text,
    request_id text,
    cause text,
    code text,
    outcome text,
    checks text,
    submitted_at timestamptz,
    accepted_at timestamptz,
    ended_at timestamptz,
    updated_at timestamptz not null,
    primary key (rollout_id, position),
    unique (rollout_id, machine_key),
    check (machine_key = lower(machine_id)),
    check ((ended_at is not null) = (state in ('ready', 'notReady', 'failed', 'skipped', 'canceled')))
  )`,
  `create index rollout_task_due on rollout_task (not_before) where ended_at is null`,
  `create index rollout_task_in_wave on rollout_task (rollout_id, wave, state)`,
  `create unique index rollout_task_one_writer on rollout_task (machine_key) where state in ('submitting', 'unknown', 'provisioning', 'granting', 'removing')`,
  `create function rollout_task_may_move() returns trigger language plpgsql as $body$
  begin
    if old.state <> new.state and (old.state || '>' || new.state) not in (
      'queued>submitting', 'queued>checking', 'queued>failed', 'queued>skipped', 'queued>canceled', 'submitting>queued',
      'submitting>unknown', 'submitting>provisioning', 'submitting>failed', 'unknown>submitting', 'unknown>provisioning', 'unknown>granting',
      'unknown>checking', 'unknown>queued', 'unknown>failed', 'unknown>canceled', 'provisioning>granting', 'provisioning>checking',
      'provisioning>removing', 'provisioning>queued', 'provisioning>failed', 'granting>checking', 'checking>ready', 'checking>notReady',
      'checking>failed', 'removing>failed', 'notReady>queued', 'notReady>checking', 'failed>queued', 'skipped>queued',
      'canceled>queued'
    ) then
      raise exception 'task: % to % is not a transition', old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
  end $body$`,
  `create trigger rollout_task_state_table before update of state on rollout_task for each row execute function rollout_task_may_move()`,
  // One writer a machine also across single operations: both sides take the machine's lock and then look for the other.
  `create function rollout_task_alone() returns trigger language plpgsql as $body$
  begin
    perform pg_advisory_xact_lock(741530022, hashtext(new.machine_key));
    if exists (select 1 from operation where machine_key = new.machine_key and ended_at is null) then
      raise exception 'an operation is running on %', new.machine_key
        using errcode = 'unique_violation', constraint = 'rollout_task_one_writer';
    end if;
    return new;
  end $body$`,
  `create trigger rollout_task_writes_alone before update of state on rollout_task
    for each row when (new.state = 'submitting' and old.state <> 'submitting') execute function rollout_task_alone()`,
  `create function operation_beside_rollout() returns trigger language plpgsql as $body$
  begin
    perform pg_advisory_xact_lock(741530022, hashtext(new.machine_key));
    if exists (
      select 1 from rollout_task where machine_key = new.machine_key
        and state in ('submitting', 'unknown', 'provisioning', 'granting', 'removing')
    ) then
      raise exception 'a roll-out is writing to %', new.machine_key
        using errcode = 'unique_violation', constraint = 'operation_beside_rollout';
    end if;
    return new;
  end $body$`,
  `create trigger operation_writes_alone before insert on operation for each row execute function operation_beside_rollout()`,
  `create table rollout_task_event (
    id bigserial primary key, rollout_id uuid not null, position int not null, at timestamptz not null,
    state text not null, detail text not null, instance text not null,
    foreign key (rollout_id, position) references rollout_task on delete cascade
  )`,
  `create index rollout_task_event_of on rollout_task_event (rollout_id, position, id)`,
  `create table arm_budget (
    principal text not null, subscription_id text not null, class text not null,
    tokens double precision not null, refilled_at timestamptz not null, blocked_until timestamptz,
    primary key (principal, subscription_id, class)
  )`,
];
