package world

import (
	"context"
	"slices"
	"strings"

	"bangfu/internal/base/money"
)

// names makes n invented names, each once (2,400 and more): a few of three and four characters, a compound surname, one with a
// dot, one rare character, and then every family name with every given name, so that neighbours on the roster differ.
func names(n int) []string {
	out := []string{"欧阳建明", "买买提·吐尔逊", "司马青", "上官文秀", "张㛃"}
	family := strings.Fields(`王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗 郑 梁 谢 宋
		唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 于 蒋 蔡 余 杜 叶 程 苏 魏 吕 丁`)
	given := strings.Fields(`建华 春梅 志强 秀英 国庆 丽 伟 玉兰 海涛 小红 永福 桂芳 明 德胜 雪 立新 淑珍 勇 爱民 晓燕
		长江 文秀 大山 金花 学军 静 宝根 月娥 光明 冬梅 建国 丽娟 卫东 秋菊 军 凤英 福生 婷婷 志远 彩霞
		新民 玉梅 振华 兰芳 大勇 素芬 鹏 巧云 长林 美玲`)
	f, g := len(family), len(given)
	for i := 0; len(out) < n; i++ {
		name := family[i%f] + given[(i/f+i)%g]
		if i >= f*g { // more people than pairs: a third character tells them apart
			name += []string{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"}[i/(f*g)-1]
		}
		out = append(out, name)
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
	all := names(n)
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
