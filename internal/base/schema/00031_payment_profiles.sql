-- owner: payment
-- +goose Up

-- How banks want their files, for those the program does not ship. columns is one "kind=heading" a line.
create table payment_profile (
    union_id  text   not null,
    code      text   not null,
    name      text   not null,
    encoding  text   not null check (encoding in ('utf8', 'gbk', 'gb18030')),
    separator text   not null,
    columns   text   not null,
    head      bigint not null check (head in (0, 1)),
    total     text   not null,
    least     bigint not null check (least > 0),
    most      bigint not null check (most >= least),
    purpose   text   not null,
    by_user   text   not null,
    at        bigint not null,
    primary key (union_id, code)
);
