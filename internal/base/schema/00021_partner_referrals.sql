-- owner: partner
-- +goose Up

-- Who outside helps: hospitals, clinics, charities, firms, government. helps are codes of needs; until_on is the last day
-- of the agreement, '' for none.
create table partner_body (
    union_id text   not null,
    id       text   not null,
    name     text   not null,
    kind     text   not null check (kind in ('hospital', 'clinic', 'charity', 'firm', 'government', 'other')),
    contact  text   not null,
    phone    text   not null,
    helps    text   not null,
    note     text   not null,
    until_on text   not null,
    state    text   not null check (state in ('active', 'ended')),
    by_user  text   not null,
    at       bigint not null,
    version  bigint not null,
    primary key (union_id, id)
);
create unique index partner_body_name on partner_body (union_id, name);

-- A worker referred to one of them: from what, with whose consent, what was told, and what came of it. told are the codes
-- of the data handed over; what is asked for is sealed. amount is what the partner gave, fen.
create table partner_referral (
    union_id     text   not null,
    id           text   not null,
    number       text   not null,
    body_id      text   not null,
    source       text   not null check (source in ('application', 'file', 'award')),
    source_id    text   not null,
    person_id    text   not null,
    household_id text   not null,
    file_id      text   not null,
    unit_id      text   not null,
    unit_path    text   not null,
    asks         text   not null,
    reason       bytea,
    told         text   not null,
    consent      text   not null check (consent in ('signed', 'spoken')),
    consent_on   text   not null,
    sent_on      text   not null,
    due_on       text   not null,
    state        text   not null check (state in ('waiting', 'helped', 'refused', 'silent', 'withdrawn')),
    kind         text   not null,
    amount       bigint not null check (amount >= 0),
    helped_on    text   not null,
    answer       text   not null,
    by_user      text   not null,
    at           bigint not null,
    answered_by  text   not null,
    answered_at  bigint not null,
    version      bigint not null,
    primary key (union_id, id),
    foreign key (union_id, body_id) references partner_body (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id)
);
create unique index partner_referral_number on partner_referral (union_id, number);
create unique index partner_referral_open on partner_referral (union_id, body_id, household_id) where state = 'waiting';
create index partner_referral_list on partner_referral (union_id, state, unit_path, id);
create index partner_referral_home on partner_referral (union_id, household_id, id);
create index partner_referral_source on partner_referral (union_id, source_id);
