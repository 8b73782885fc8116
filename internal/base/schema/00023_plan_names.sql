-- owner: plan, notice
-- +goose Up

-- What an item of help is called in English, beside the Chinese.
alter table plan_award add column item_name_en text not null default '';
alter table notice_line add column category_en text not null default '';
