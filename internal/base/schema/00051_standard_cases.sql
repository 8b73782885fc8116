-- owner: standard
-- +goose Up

-- The worked families kept with a version (S12), as a cases file; '' for none.
alter table standard_version add column cases text not null default '';
