-- owner: casefile
-- +goose Up

-- What an import of yesterday's files did: the files it opened (made = 1, with the version they had then), and those whose
-- timeline it wrote an old number into. It is what the undoing of the whole import goes by.
create table casefile_import (
    union_id  text   not null,
    import_id text   not null,
    file_id   text   not null,
    ref       text   not null,
    made      bigint not null check (made in (0, 1)),
    version   bigint not null,
    at        bigint not null,
    primary key (union_id, import_id, file_id, ref),
    foreign key (union_id, file_id) references casefile_file (union_id, id)
);
