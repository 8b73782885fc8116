package world

import (
	"context"
	"slices"

	"bangfu/internal/base/money"
)

// names makes invented names: two, three and four characters, a compound surname, one with a dot, one rare character.
func names(n int) []string {
	family := []string{"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗"}
	given := []string{"建华", "春梅", "志强", "秀英", "国庆", "丽", "伟", "玉兰", "海涛", "小红", "永福", "桂芳", "明", "德胜", "雪", "立新", "淑珍", "勇", "爱民", "晓燕",
		"长江", "文秀", "大山", "金花", "学军", "静", "宝根", "月娥", "光明", "冬梅"}
	out := []string{"欧阳建明", "买买提·吐尔逊", "司马青", "上官文秀", "张㛃"}
	for i := range n {
		f, g := family[i%len(family)], given[(i/len(family)+i)%len(given)]
		if i >= len(family)*len(given) {
			g = given[(i*7+3)%len(given)]
		}
		out = append(out, f+g)
	}
	return out[:n]
}

// Crowd hires n invented workers, spread over the groups, each group led by its first.
func (w *World) Crowd(ctx context.Context, n int, progress func(done int)) ([]string, error) {
	var groups []string
	for name, u := range w.Units {
		if u.Kind == "group" {
			groups = append(groups, name)
		}
	}
	slices.Sort(groups)
	seen := map[string]int{}
	var all []string
	for _, name := range names(n) {
		seen[name]++
		if k := seen[name]; k > 1 {
			name += []string{"", "", "甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"}[min(k, 9)]
			if seen[name]++; seen[name] > 1 {
				continue
			}
		}
		all = append(all, name)
	}
	per := (len(all) + len(groups) - 1) / len(groups)
	for g, group := range groups {
		part := all[min(g*per, len(all)):min((g+1)*per, len(all))]
		if len(part) == 0 {
			break
		}
		if _, err := w.Hire(ctx, group, money.Yuan(int64(2600+g*150)), part...); err != nil {
			return nil, err
		}
		if err := w.Lead(ctx, part[0], group); err != nil {
			return nil, err
		}
		w.Groups = append(w.Groups, Group{Unit: group, Leader: part[0], Workers: part[1:]})
		progress(min((g+1)*per, len(all)))
	}
	return all, nil
}

// Group is one department group with its leader and the others.
type Group struct {
	Unit, Leader string
	Workers      []string
}
