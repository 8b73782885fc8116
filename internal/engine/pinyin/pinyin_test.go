package pinyin

import (
	"slices"
	"strings"
	"testing"
)

func TestFirstReading(t *testing.T) {
	for name, want := range map[string][2]string{
		"王建华": {"wangjianhua", "wjh"}, "单田芳": {"shantianfang", "stf"}, "曾国藩": {"zengguofan", "zgf"}, "解缙": {"xiejin", "xj"},
		"重耳": {"chonger", "ce"}, "仇英": {"qiuying", "qy"}, "朴树": {"piaoshu", "ps"}, "查良镛": {"zhaliangyong", "zly"},
		"区寄": {"ouji", "oj"}, "尉迟恭": {"yuchigong", "ycg"}, "万俟卨": {"moqixie", "mqx"}, "尉健行": {"weijianxing", "wjx"},
		"欧阳建明": {"ouyangjianming", "oyjm"}, "长孙无忌": {"zhangsunwuji", "zswj"}, "吕布": {"lvbu", "lb"}, "盖叫天": {"gejiaotian", "gjt"},
		"买买提·吐尔逊": {"maimaitituerxun", "mmttex"}, "澹台灭明": {"tantaimieming", "ttmm"}, "李A": {"lia", "la"},
	} {
		k := Of(name)
		if len(k.Full) == 0 || k.Full[0] != want[0] || k.Initials[0] != want[1] {
			t.Errorf("Of(%s) = %v, want first %v", name, k, want)
		}
	}
}

func TestEveryReadingIsAKey(t *testing.T) {
	k := Of("单乐")
	for _, want := range []string{"shanle", "shanyue", "danle", "chanyue"} {
		if !slices.Contains(k.Full, want) {
			t.Errorf("Of(单乐) = %v lacks %s", k.Full, want)
		}
	}
	if !slices.Contains(k.Initials, "dl") || !slices.Contains(k.Initials, "sy") {
		t.Errorf("initials = %v", k.Initials)
	}
}

func TestNoReading(t *testing.T) {
	for _, name := range []string{"", "···", "  "} {
		if k := Of(name); len(k.Full)+len(k.Initials) > 0 {
			t.Errorf("Of(%q) = %v", name, k)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"Wang Jian-hua": "wangjianhua", "LÜ bu": "lvbu", "xi'an": "xian", "王": "", "w王": "", "": "", "abc1": "abc1"} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSurnameTableReads(t *testing.T) {
	for _, entry := range strings.Fields(surnames) {
		at := strings.IndexFunc(entry, func(r rune) bool { return r < 128 })
		name, read := entry[:at], entry[at:]
		k := Of(name + "明")
		if k.Full[0] != read+"ming" {
			t.Errorf("%s is read %s, want %s", name, k.Full[0], read)
		}
		if len([]rune(name)) == 2 && len(k.Initials[0]) != 3 {
			t.Errorf("%s: initials %s", name, k.Initials[0])
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, s := range []string{"单乐乐乐乐乐", "买买提·吐尔逊", "\xff", "尉", "长孙"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k := Of(s)
		if len(k.Full) > most || len(k.Initials) > most {
			t.Fatalf("%d, %d keys", len(k.Full), len(k.Initials))
		}
		for _, key := range append(k.Full, k.Initials...) {
			if Fold(key) != key || key == "" {
				t.Fatalf("Of(%q) has the key %q", s, key)
			}
		}
	})
}
