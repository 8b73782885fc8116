-- owner: outreach
-- +goose Up

-- A campaign of visits: from its first to its last day every household on file is visited once. money and worth are meant
-- for each household, in fen.
create table outreach_campaign (
    union_id  text   not null,
    id        text   not null,
    number    text   not null,
    name      text   not null,
    from_on   text   not null,
    until_on  text   not null,
    pocket    text   not null,
    money     bigint not null check (money >= 0),
    gift      text   not null,
    worth     bigint not null check (worth >= 0),
    state     text   not null check (state in ('open', 'closed')),
    worked    text   not null,
    lacking   text   not null,
    made_by   text   not null,
    made_at   bigint not null,
    closed_by text   not null,
    closed_on text   not null,
    primary key (union_id, id),
    check (from_on <= until_on)
);
create index outreach_campaign_open on outreach_campaign (union_id, state, from_on);

-- One visit, from its plan to what was seen. money is what was planned and given what was handed over against a signature,
-- in fen. campaign_id is '' for a visit that stands alone; extra is 1 for a further visit of a household in one campaign.
create table outreach_visit (
    union_id     text   not null,
    id           text   not null,
    number       text   not null,
    campaign_id  text   not null,
    kind         text   not null check (kind in ('festival', 'hospital', 'home', 'funeral')),
    person_id    text   not null,
    household_id text   not null,
    file_id      text   not null,
    unit_id      text   not null,
    unit_path    text   not null,
    extra        bigint not null check (extra in (0, 1)),
    extra_reason text   not null,
    state        text   not null check (state in ('planned', 'done', 'dropped')),
    due_on       text   not null,
    visitors     text   not null,
    pocket       text   not null,
    money        bigint not null check (money >= 0),
    approved_by  text   not null,
    approved_at  bigint not null,
    place        bytea,
    gift         text   not null,
    worth        bigint not null check (worth >= 0),
    done_on      text   not null,
    met          text   not null check (met in ('', 'self', 'family')),
    given        bigint not null check (given >= 0 and given <= money),
    signed       text   not null check (signed in ('', 'self', 'family')),
    slip         text   not null,
    needs        text   not null,
    note         bytea,
    typed        bigint not null check (typed in (0, 1)),
    drop_reason  text   not null,
    made_by      text   not null,
    by_user      text   not null,
    at           bigint not null,
    version      bigint not null,
    primary key (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id),
    check (given = 0 or signed <> '' and approved_by <> '')
);
create unique index outreach_visit_once on outreach_visit (union_id, campaign_id, household_id)
    where campaign_id <> '' and extra = 0 and state <> 'dropped';
create unique index outreach_visit_number on outreach_visit (union_id, number);
create index outreach_visit_list on outreach_visit (union_id, campaign_id, state, unit_path, id);
create index outreach_visit_person on outreach_visit (union_id, household_id, id);
create index outreach_visit_due on outreach_visit (union_id, due_on, id) where state = 'planned';

-- Photos of a visit: the signed list, the scene, a paper record. blob is the key in the store.
create table outreach_photo (
    union_id text   not null,
    id       text   not null,
    visit_id text   not null,
    what     text   not null check (what in ('list', 'scene', 'record')),
    blob     text   not null,
    file     text   not null,
    by_user  text   not null,
    at       bigint not null,
    primary key (union_id, id),
    foreign key (union_id, visit_id) references outreach_visit (union_id, id)
);
create index outreach_photo_visit on outreach_photo (union_id, visit_id, id);

-- A heart-to-heart talk. mood and needs are codes; what was said is sealed.
create table outreach_talk (
    union_id     text   not null,
    id           text   not null,
    number       text   not null,
    person_id    text   not null,
    household_id text   not null,
    file_id      text   not null,
    unit_id      text   not null,
    unit_path    text   not null,
    on_day       text   not null,
    way          text   not null,
    mood         text   not null check (mood in ('steady', 'worried', 'low', 'danger')),
    needs        text   not null,
    note         bytea,
    by_user      text   not null,
    at           bigint not null,
    primary key (union_id, id),
    foreign key (union_id, unit_id) references org_unit (union_id, id)
);
create index outreach_talk_person on outreach_talk (union_id, household_id, on_day);
create index outreach_talk_day on outreach_talk (union_id, on_day, id);

-- What a visit or a talk left to do, by when and by whom.
create table outreach_follow (
    union_id  text   not null,
    id        text   not null,
    kind      text   not null check (kind in ('visit', 'talk')),
    source_id text   not null,
    person_id text   not null,
    unit_id   text   not null,
    unit_path text   not null,
    what      text   not null,
    due_on    text   not null,
    state     text   not null check (state in ('open', 'done')),
    result    text   not null,
    done_on   text   not null,
    done_by   text   not null,
    primary key (union_id, id)
);
create index outreach_follow_source on outreach_follow (union_id, source_id);
create index outreach_follow_open on outreach_follow (union_id, due_on, id) where state = 'open';
