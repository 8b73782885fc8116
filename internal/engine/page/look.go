package page

import (
	"strconv"
	"strings"

	"bangfu/internal/base/words"
)

func itoa(n int) string { return strconv.Itoa(n) }

func (in In) otherLang() string {
	if in.lang() == words.Zh {
		return "en"
	}
	return "zh"
}

// otherLangName is written in the other language on purpose: whoever needs it reads that one.
func (in In) otherLangName() string {
	if in.lang() == words.Zh {
		return "English"
	}
	return "中文"
}

// nextSize goes round: normal, large, max, normal.
func (in In) nextSize() string {
	switch in.Size {
	case "large":
		return "max"
	case "max":
		return "normal"
	}
	return "large"
}

func (in In) nextSizeName() string {
	switch in.Size {
	case "large":
		return in.T("更大字")
	case "max":
		return in.T("标准字")
	}
	return in.T("大字版")
}

func (in In) otherContrast() string {
	if in.Contrast == "high" {
		return "normal"
	}
	return "high"
}

func (in In) otherContrastName() string {
	if in.Contrast == "high" {
		return in.T("标准颜色")
	}
	return in.T("高对比颜色")
}

func (f Flash) class() string {
	if f.Tone == Plain {
		return ToneOK.class("note")
	}
	return f.Tone.class("note")
}

// fieldID is the id of a field's control: a prefix keeps names and the ids of the page apart.
func fieldID(name string) string {
	return "f-" + strings.Map(func(r rune) rune {
		if r == ' ' || r == '#' || r == '"' {
			return '-'
		}
		return r
	}, name)
}
