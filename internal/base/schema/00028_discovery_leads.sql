-- owner: discovery
-- +goose Up

-- What an enterprise knows about its workers month by month: a pay slip, a leave, an event. days and amount (fen) are 0 where
-- the kind has none; import_id names the import it came with.
create table discovery_record (
    union_id  text   not null,
    id        text   not null,
    person_id text   not null,
    kind      text   not null,
    on_day    text   not null,
    days      bigint not null check (days >= 0),
    amount    bigint not null check (amount >= 0),
    import_id text   not null,
    made_at   bigint not null,
    primary key (union_id, id)
);
create index discovery_record_kind on discovery_record (union_id, kind, on_day, person_id);
create index discovery_record_import on discovery_record (union_id, import_id);

-- A union's own figures of a signal; a signal without a row has the shipped ones. hits, misses and knowns count its outcomes.
create table discovery_signal (
    union_id    text   not null,
    code        text   not null,
    off         bigint not null check (off in (0, 1)),
    weight      bigint not null check (weight >= 0 and weight <= 100),
    threshold   bigint not null check (threshold >= 0),
    expire_days bigint not null check (expire_days > 0),
    check_days  bigint not null check (check_days > 0),
    hits        bigint not null,
    misses      bigint not null,
    knowns      bigint not null,
    version     bigint not null,
    primary key (union_id, code)
);

-- A household that may be in need and has not asked: from the first sign to what came of it. note is what a colleague said.
create table discovery_lead (
    union_id     text   not null,
    id           text   not null,
    number       text   not null,
    household_id text   not null,
    person_id    text   not null,
    unit_id      text   not null,
    unit_path    text   not null,
    cause        text   not null,
    score        bigint not null,
    urgent       bigint not null check (urgent in (0, 1)),
    state        text   not null check (state in ('asking', 'new', 'contact', 'done')),
    due_on       text   not null,
    until_on     text   not null,
    officer      text   not null,
    note         bytea,
    said_by      text   not null,
    outcome      text   not null check (outcome in ('', 'true', 'false', 'known', 'declined', 'expired')),
    root         text   not null,
    ended_on     text   not null,
    ended_by     text   not null,
    application  text   not null,
    found_on     text   not null,
    version      bigint not null,
    primary key (union_id, id)
);
create index discovery_lead_state on discovery_lead (union_id, state, score, id);
create index discovery_lead_household on discovery_lead (union_id, household_id);
create index discovery_lead_ended on discovery_lead (union_id, ended_on);

-- One reason of a lead. ref tells one happening from another: the same is never counted twice.
create table discovery_sign (
    union_id     text   not null,
    id           text   not null,
    lead_id      text   not null,
    household_id text   not null,
    person_id    text   not null,
    code         text   not null,
    ref          text   not null,
    on_day       text   not null,
    until_on     text   not null,
    args         text   not null,
    primary key (union_id, id),
    unique (union_id, household_id, code, ref),
    foreign key (union_id, lead_id) references discovery_lead (union_id, id)
);
create index discovery_sign_lead on discovery_sign (union_id, lead_id);

-- One time a lead was spoken to; what was said is sealed.
create table discovery_contact (
    union_id text   not null,
    id       text   not null,
    lead_id  text   not null,
    on_day   text   not null,
    way      text   not null,
    reached  bigint not null check (reached in (0, 1)),
    note     bytea,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id),
    foreign key (union_id, lead_id) references discovery_lead (union_id, id)
);
create index discovery_contact_lead on discovery_contact (union_id, lead_id);

-- A disaster somebody reported and the place it struck; the addresses of all workers are gone through in chunks up to after.
create table discovery_disaster (
    union_id text   not null,
    id       text   not null,
    kind     text   not null,
    place    text   not null,
    on_day   text   not null,
    after    text   not null,
    looked   bigint not null,
    struck   bigint not null,
    done     bigint not null check (done in (0, 1)),
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id)
);
