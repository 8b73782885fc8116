-- owner: deduction
-- +goose Up

-- A month's list for payroll of what workers agreed to have taken from their wages, by kind: contributions to the mutual fund,
-- repayments of loans. Sums are fen. answer_hash is the SHA-256 of the last answer taken in.
create table deduction_list (
    union_id    text   not null,
    id          text   not null,
    number      text   not null,
    kind        text   not null check (kind in ('mutual', 'loan')),
    month       text   not null,
    state       text   not null check (state in ('made', 'sent', 'done', 'cancelled')),
    lines       bigint not null check (lines > 0),
    total       bigint not null check (total > 0),
    taken       bigint not null check (taken >= 0 and taken <= total),
    answer_hash text   not null,
    made_by     text   not null,
    made_at     bigint not null,
    sent_by     text   not null,
    sent_at     bigint not null,
    done_at     bigint not null,
    primary key (union_id, id)
);
create unique index deduction_list_number on deduction_list (union_id, number);
create unique index deduction_list_month on deduction_list (union_id, kind, month) where state <> 'cancelled';

-- One person's line. ref is what the kind knows it by: the membership, the loan. taken is payroll's word; why is its reason
-- where it took less than asked.
create table deduction_line (
    union_id  text   not null,
    list_id   text   not null,
    no        bigint not null,
    person_id text   not null,
    ref       text   not null,
    asked     bigint not null check (asked > 0),
    taken     bigint not null check (taken >= 0 and taken <= asked),
    state     text   not null check (state in ('waiting', 'answered', 'cancelled')),
    why       text   not null,
    on_day    text   not null,
    primary key (union_id, list_id, no),
    foreign key (union_id, list_id) references deduction_list (union_id, id)
);
create index deduction_line_person on deduction_line (union_id, person_id);
create index deduction_line_ref on deduction_line (union_id, ref);
