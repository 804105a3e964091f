/** The tables of the first release. Never edited once released: later changes are further files. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Names carry the schema: triggers and functions have no search path to rely on. */
const statements = [
  `create table devos.plan (
    id text primary key,
    hash text not null,
    body text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null)`,
  `create index plan_newest on devos.plan (created_at desc)`,
  `create table devos.approval (
    id bigint generated always as identity primary key,
    plan_id text not null references devos.plan (id),
    hash text not null,
    decision text not null check (decision in ('approved', 'denied')),
    who text not null,
    via text not null,
    reason text,
    at timestamptz not null default clock_timestamp())`,
  `create index approval_of_plan on devos.approval (plan_id, id)`,
  `create table devos.run (
    id text primary key,
    plan_id text not null unique references devos.plan (id),
    state text not null,
    who text not null,
    waiting_for text,
    undoes text,
    created_at timestamptz not null default clock_timestamp(),
    ended_at timestamptz,
    cancel_requested_at timestamptz,
    error text)`,
  `create index run_newest on devos.run (created_at desc)`,
  `create index run_open on devos.run (created_at) where ended_at is null`,
  `create table devos.step (
    run_id text not null references devos.run (id),
    step_id text not null,
    state text not null,
    found boolean not null default false,
    verified text,
    output text,
    error text,
    place bigint generated always as identity,
    primary key (run_id, step_id))`,
  `create table devos.intent (
    key text primary key,
    run_id text not null references devos.run (id),
    step_id text not null,
    action text not null,
    input text not null,
    sends integer not null default 1 check (sends > 0),
    at timestamptz not null default clock_timestamp())`,
  `create index intent_of_run on devos.intent (run_id, at)`,
  `create table devos.outcome (
    key text primary key references devos.intent (key),
    ok boolean not null,
    found boolean not null,
    body text not null,
    at timestamptz not null default clock_timestamp())`,
  `create table devos.run_event (
    run_id text not null references devos.run (id),
    seq integer not null check (seq > 0),
    type text not null,
    step_id text,
    text text not null,
    at timestamptz not null default clock_timestamp(),
    primary key (run_id, seq))`,
  // Unique "previous": the chain cannot fork, even where somebody writes past our lock.
  `create table devos.audit_event (
    seq bigint primary key check (seq > 0),
    at text not null,
    type text not null,
    who text not null,
    plan_id text,
    run_id text,
    body text not null,
    previous text not null unique,
    hash text not null unique)`,
  `create index audit_of_run on devos.audit_event (run_id, seq) where run_id is not null`,
  `create function devos.refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception 'rows of %.% are never changed or deleted', tg_table_schema, tg_table_name using errcode = 'restrict_violation';
   end $$`,
  ...['plan', 'audit_event'].map(
    (table) =>
      `create trigger ${table}_is_final before update or delete or truncate on devos.${table} for each statement execute function devos.refuse_change()`,
  ),
];
