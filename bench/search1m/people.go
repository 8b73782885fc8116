package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"bangfu/internal/domain/person"
	"bangfu/internal/engine/db"
	"bangfu/internal/office/org"
)

// somebody is an invented worker.
type somebody struct{ name, no string }

const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
	given    = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉力健玲华建国红梅春生志新玉宝山海波峰龙飞鹏宇浩然子轩雨欣怡佳琪博思远晨曦瑞祥福禄寿康宁安乐成功立业向东南西北中天地人和顺利民富强民主文明自由平等公正法治爱敬诚信友善勤俭学礼仪廉耻忠孝节义温良恭让"
)

// invent makes the n-th worker, always the same. Common surnames come more often, as they do.
func invent(n int) somebody {
	r := rand.New(rand.NewPCG(11, uint64(n)))
	family, first := []rune(surnames), []rune(given)
	at := int(float64(len(family)) * r.Float64() * r.Float64())
	name := string(family[at]) + string(first[r.IntN(len(first))])
	if r.IntN(5) > 0 {
		name += string(first[r.IntN(len(first))])
	}
	return somebody{name, fmt.Sprintf("S%07d", n)}
}

// kind is a way of asking for somebody.
type kind struct {
	name string
	text func(s somebody, r *rand.Rand) string
}

func kinds() []kind {
	keys := func(s somebody) []string { _, all, _ := person.SearchKeys(s.name, s.no); return strings.Fields(all) }
	part := func(s string, n int, r *rand.Rand) string {
		if len(s) <= n {
			return s
		}
		at := r.IntN(len(s) - n + 1)
		return s[at : at+n]
	}
	return []kind{
		{"whole name", func(s somebody, _ *rand.Rand) string { return s.name }},
		{"surname", func(s somebody, _ *rand.Rand) string { return string([]rune(s.name)[:1]) }},
		{"given name", func(s somebody, _ *rand.Rand) string { return string([]rune(s.name)[1:]) }},
		{"pinyin", func(s somebody, _ *rand.Rand) string { return keys(s)[1] }},
		{"part of pinyin", func(s somebody, r *rand.Rand) string { return part(keys(s)[1], 4, r) }},
		{"initials", func(s somebody, _ *rand.Rand) string { return keys(s)[3] }},
		{"staff number", func(s somebody, _ *rand.Rand) string { return strings.ToLower(s.no) }},
		{"part of a staff number", func(s somebody, r *rand.Rand) string { return part(strings.ToLower(s.no), 5, r) }},
	}
}

// row is a worker as it is kept; what is not named here has nothing to do with being found.
type row struct {
	UnionID, ID, StaffNo, Name, SortKey, Search, Sex, Birth, IDKind, IDNoIx, IDMask, PhoneIx, PhoneMask string
	CardIx, CardTail, CardHolder, CardRelation, CardBank, CardBranch                                    string
	CardAt                                                                                              int64
	UnitID, UnitPath, HouseholdID, Post, Employment                                                     string
	UnionMember                                                                                         int64
	EntryOn                                                                                             string
	Pay, PayKnown                                                                                       int64
	Status, StatusOn, StatusNote, ImportID                                                              string
	Version, CreatedAt, ChangedAt                                                                       int64
}

type piece struct{ UnionID, Token, PersonID string }

type home struct {
	UnionID, ID, HeadID, Since, Until, IntoID, ImportID string
	Version, CreatedAt                                  int64
}

// fill lays the workers down with their pieces of text, some thousands in one act.
func fill(ctx context.Context, d *db.DB, n int) error {
	if err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
		return db.Insert(ctx, tx, "org_unit", org.Unit{UnionID: union, ID: union, Kind: org.KindUnion, Name: "示例", Path: "/" + union + "/"})
	}); err != nil {
		return err
	}
	const part = 4000
	for from := 0; from < n; from += part {
		err := d.Update(ctx, db.System(union), func(ctx context.Context, tx *db.Tx) error {
			var rows []row
			var homes []home
			var pieces []piece
			for i := from; i < min(from+part, n); i++ {
				s, id := invent(i), fmt.Sprintf("w%07d", i)
				sort, search, tokens := person.SearchKeys(s.name, s.no)
				rows = append(rows, row{UnionID: union, ID: id, StaffNo: s.no, Name: s.name, SortKey: sort, Search: search, Sex: "male", Birth: "1980-01-01",
					UnitID: union, UnitPath: "/" + union + "/", HouseholdID: "h" + id, Employment: "regular", UnionMember: 1, EntryOn: "2015-07-01", Pay: 300_000,
					PayKnown: 1, Status: "active", Version: 1, CreatedAt: 1, ChangedAt: 1})
				homes = append(homes, home{UnionID: union, ID: "h" + id, HeadID: id, Since: "2020-01-01", Version: 1, CreatedAt: 1})
				for _, t := range tokens {
					pieces = append(pieces, piece{union, t, id})
				}
			}
			if err := db.InsertAll(ctx, tx, "person_household", homes); err != nil {
				return err
			}
			if err := db.InsertAll(ctx, tx, "person_worker", rows); err != nil {
				return err
			}
			return db.InsertAll(ctx, tx, "person_token", pieces)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
