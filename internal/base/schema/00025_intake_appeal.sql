-- owner: intake
-- +goose Up

-- What a worker says against a refusal (S08), and the answer of one who had no hand in it.
create table intake_appeal (
    union_id       text   not null,
    id             text   not null,
    application_id text   not null,
    text           bytea,
    state          text   not null check (state in ('open', 'upheld', 'dismissed')),
    made_on        text   not null,
    due            text   not null,
    answer         text   not null,
    answered_by    text   not null,
    answered_on    text   not null,
    primary key (union_id, id),
    foreign key (union_id, application_id) references intake_application (union_id, id)
);
create index intake_appeal_application on intake_appeal (union_id, application_id, id);
