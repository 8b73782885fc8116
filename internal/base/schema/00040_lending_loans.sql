-- owner: lending
-- +goose Up

-- The products a union offers, as documents in versions; the last version of a code is in force unless it ended.
create table lending_product (
    union_id text   not null,
    code     text   not null,
    version  bigint not null check (version > 0),
    text     text   not null,
    by_user  text   not null,
    at       bigint not null,
    ended_at bigint not null,
    primary key (union_id, code, version)
);

-- A loan from the wish to the end. There is no balance here: what is owed is what the ledger's entries under this id say.
-- pay and career are what an officer checked; ending is an end short of repayment that waits for its decision.
create table lending_loan (
    union_id      text   not null,
    id            text   not null,
    number        text   not null,
    person_id     text   not null,
    household_id  text   not null,
    unit_id       text   not null,
    unit_path     text   not null,
    product       text   not null,
    version       bigint not null,
    purpose       text   not null,
    amount        bigint not null check (amount > 0),
    months        bigint not null check (months > 0),
    price         bigint not null check (price >= 0),
    family        bigint not null check (family >= 0),
    pay           bigint not null check (pay >= 0),
    pocket        text   not null,
    state         text   not null check (state in ('asked', 'checking', 'deciding', 'approved', 'signed', 'lent', 'refused', 'withdrawn')),
    why           text   not null,
    checked_by    text   not null,
    signed_on     text   not null,
    lent_on       text   not null,
    slip          text   not null,
    paused_on     text   not null,
    paused_why    text   not null,
    left_on       text   not null,
    extends       bigint not null check (extends >= 0),
    ending        text   not null check (ending in ('', 'waive', 'write_off', 'grant')),
    ending_amount bigint not null check (ending_amount >= 0),
    ending_why    text   not null,
    endings       bigint not null check (endings >= 0),
    reminded      text   not null,
    by_user       text   not null,
    at            bigint not null,
    primary key (union_id, id),
    check (state <> 'lent' or lent_on <> ''),
    check ((ending = '') = (ending_amount = 0))
);
create unique index lending_loan_number on lending_loan (union_id, number);
create unique index lending_loan_slip on lending_loan (union_id, slip) where slip <> '';
create index lending_loan_person on lending_loan (union_id, person_id, id);
create index lending_loan_household on lending_loan (union_id, household_id, id);
create index lending_loan_state on lending_loan (union_id, state, id);

-- Who stands for a loan, and the answer to being asked.
create table lending_guarantor (
    union_id  text   not null,
    loan_id   text   not null,
    person_id text   not null,
    state     text   not null check (state in ('asked', 'yes', 'no')),
    at        bigint not null,
    primary key (union_id, loan_id, person_id),
    foreign key (union_id, loan_id) references lending_loan (union_id, id)
);
create index lending_guarantor_person on lending_guarantor (union_id, person_id, loan_id);

-- A schedule: base is what the loan owed when it was made, asked the interest asked before it. The newest one counts.
create table lending_plan (
    union_id text   not null,
    loan_id  text   not null,
    no       bigint not null check (no > 0),
    from_on  text   not null,
    base     bigint not null check (base > 0),
    asked    bigint not null check (asked >= 0),
    why      text   not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, loan_id, no),
    foreign key (union_id, loan_id) references lending_loan (union_id, id)
);

create table lending_due (
    union_id  text   not null,
    loan_id   text   not null,
    plan      bigint not null,
    no        bigint not null check (no > 0),
    on_day    text   not null,
    principal bigint not null check (principal > 0),
    interest  bigint not null check (interest >= 0),
    primary key (union_id, loan_id, plan, no),
    foreign key (union_id, loan_id, plan) references lending_plan (union_id, loan_id, no)
);
