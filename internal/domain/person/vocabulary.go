package person

import (
	"slices"
	"strconv"
	"sync"

	"bangfu/internal/base/day"
	"bangfu/internal/base/fault"
	"bangfu/internal/base/money"
	"bangfu/internal/base/words"
	"bangfu/internal/domain/standard"
	"bangfu/internal/engine/form"
)

// The kinds of subject a fact is about.
const (
	OfHousehold = "household"
	OfMember    = "member"
	OfWorker    = "worker"
)

// Name is one fact a household file can hold: the published facts of package standard under their own names, and the
// parts they are added up from. Label says it in words; Period is now, month or year.
type Name struct {
	Name     string
	Label    words.Said
	Sort     standard.Sort
	Period   string
	Min, Max int64
	Values   []string
	Subjects []string
	Sealed   bool // free text on illness: sealed, opened only by a look
}

// Kind is one kind of income or of rigid expense, as the Jiangmen text (R24) and policy §1.3 list them.
type Kind struct {
	Name    string // the fact's name
	Label   words.Key
	Counted bool // whether it counts as income by R24; a standard may decide otherwise
}

// Incomes lists the kinds of income (R24 rules 2 to 5).
func Incomes() []Kind {
	return []Kind{{"income_wage", "工资性收入", true}, {"income_business", "经营净收入", true}, {"income_maintenance", "赡养、抚养、扶养费", true},
		{"income_pension", "离退休金、养老金", true}, {"income_unemployment", "失业保险金", true}, {"income_survivor", "遗属补助", true},
		{"income_compensation", "补偿金、赔偿金", true}, {"income_interest", "利息", true}, {"income_dividend", "股息红利", true},
		{"income_insurance", "储蓄性保险收益", true}, {"income_collective", "集体分红", true}, {"income_expropriation", "征地拆迁补偿", true},
		{"income_rent", "出租收入", true}, {"income_gift", "赠与、继承", true}, {"income_other", "其他收入", true},
		{"income_union_aid", "工会生活、助学、医疗帮扶", true}, {"income_condolence", "节日慰问（小额）", false},
		{"income_basic_pension", "城乡居民基础养老金", false}}
}

// Expenses lists the kinds of rigid expense (policy §1.3). Daily living never counts.
func Expenses() []Kind {
	return []Kind{{"rigid_medical", "自付医疗费", true}, {"rigid_schooling", "学费", true}, {"rigid_disability", "残疾康复和护理", true},
		{"rigid_work", "上班必须的花费", true}, {"rigid_rent", "租房", true}, {"rigid_support", "赡养老人", true},
		{"rigid_childcare", "抚养子女", true}, {"rigid_other", "其他必须的花费", true}}
}

// The names of the facts that this package writes by itself, besides those people set.
const (
	FactJob       = "job"       // Employment code of a worker
	FactPay       = "pay_month" // fen a month
	FactPost      = "post"
	FactUnit      = "unit" // unit id
	FactHealth    = "health"
	FactDisease   = "disease"
	FactSchooling = "schooling"
	FactWork      = "work"
	FactIncome    = "income_month"
	FactDiagnosis = "diagnosis" // sealed
)

// own lists the names that no standard asks for directly.
func own() []Name {
	all := []Name{
		plain(FactJob, "用工形式", codes(Employment("").Choices()), OfWorker),
		sum(FactPay, "月工资", "month", OfWorker),
		plain(FactPost, "岗位", nil, OfWorker),
		plain(FactUnit, "所在部门", nil, OfWorker),
		plain(FactHealth, "健康状况", codes(Health("").Choices()), OfWorker, OfMember),
		plain("disability_kind", "残疾类别", codes(Disability("").Choices()), OfWorker, OfMember),
		{Name: "disability_grade", Label: words.Key("残疾等级"), Sort: standard.Int, Period: "now", Min: 1, Max: 4, Subjects: []string{OfWorker, OfMember}},
		plain(FactDisease, "疾病类别", codes(Disease("").Choices()), OfWorker, OfMember),
		{Name: FactDiagnosis, Label: words.Key("诊断说明"), Sort: standard.Words, Period: "now", Subjects: []string{OfWorker, OfMember}, Sealed: true},
		plain(FactSchooling, "在读阶段", codes(Schooling("").Choices()), OfWorker, OfMember),
		plain(FactWork, "从业状况", codes(Work("").Choices()), OfMember),
		sum(FactIncome, "月收入", "month", OfMember),
		plain("ethnic", "民族", nil, OfWorker, OfMember),
		plain("political", "政治面貌", []string{"party", "league", "masses", "democratic", "other"}, OfWorker, OfMember),
		plain("marital", "婚姻状况", []string{"single", "married", "divorced", "widowed"}, OfWorker, OfMember),
		plain("hukou", "户籍类型", []string{"urban", "rural"}, OfWorker, OfMember),
		plain("degree", "文化程度", nil, OfWorker, OfMember),
		plain("model_worker", "劳模类型", []string{"none", "nation", "province", "city", "other"}, OfWorker, OfMember),
		plain("medical_insurance", "医疗保险", []string{"employee", "resident", "none", "other"}, OfWorker, OfMember),
		plain("housing_kind", "住房类型", []string{"own", "public_rent", "private_rent", "resettled", "dormitory", "none"}, OfHousehold),
		{Name: "housing_area", Label: words.Key("住房面积（平方米）"), Sort: standard.Int, Period: "now", Max: 10000, Subjects: []string{OfHousehold}},
		sum("vehicle_value", "机动车价值", "now", OfHousehold),
		{Name: "zero_employment", Label: words.Key("零就业家庭"), Sort: standard.Bool, Period: "now", Max: 1, Subjects: []string{OfHousehold}},
		{Name: "self_rescue", Label: words.Key("有自救能力"), Sort: standard.Bool, Period: "now", Max: 1, Subjects: []string{OfHousehold}},
	}
	for _, k := range append(Incomes(), Expenses()...) {
		all = append(all, sum(k.Name, k.Label, "year", OfHousehold, OfWorker, OfMember))
	}
	return all
}

func plain(name string, label words.Key, values []string, of ...string) Name {
	return Name{Name: name, Label: label, Sort: standard.Words, Period: "now", Values: values, Subjects: of}
}

func sum(name string, label words.Key, period string, of ...string) Name {
	return Name{Name: name, Label: label, Sort: standard.Money, Period: period, Max: 1_000_000_000_00, Subjects: of}
}

func codes(all []form.Choice) []string {
	out := make([]string, len(all))
	for i, c := range all {
		out[i] = c.Value
	}
	return out
}

var vocabulary = sync.OnceValues(func() ([]Name, error) {
	v, err := standard.Published()
	if err != nil {
		return nil, err
	}
	all := own()
	add := func(f standard.Fact, of ...string) {
		for _, s := range of {
			all = merge(all, f, s)
		}
	}
	for _, f := range v.Facts {
		switch f.Unit {
		case "household":
			add(f, OfHousehold)
		case "person":
			add(f, OfWorker, OfMember)
		}
	}
	for _, g := range v.Groups {
		for _, f := range g.Fields {
			add(f, OfMember)
		}
	}
	return all, nil
})

func merge(all []Name, f standard.Fact, of string) []Name {
	i := slices.IndexFunc(all, func(n Name) bool { return n.Name == f.Name })
	if i >= 0 {
		if !slices.Contains(all[i].Subjects, of) {
			all[i].Subjects = append(all[i].Subjects, of)
		}
		return all
	}
	n := Name{Name: f.Name, Label: f.Text, Sort: f.Sort, Period: f.Period, Min: f.Min, Max: f.Max, Subjects: []string{of}}
	if n.Period == "" {
		n.Period = "now"
	}
	for _, v := range f.Values {
		n.Values = append(n.Values, v.Value)
	}
	return append(all, n)
}

// Vocabulary lists every fact a household file can hold.
func Vocabulary() ([]Name, error) {
	all, err := vocabulary()
	return slices.Clone(all), err
}

// named finds a name for a kind of subject. Fault: "person.fact_name".
func named(name, of string) (Name, error) {
	all, err := vocabulary()
	if err != nil {
		return Name{}, err
	}
	for _, n := range all {
		if n.Name == name && slices.Contains(n.Subjects, of) {
			return n, nil
		}
	}
	return Name{}, fault.New(fault.Invalid, "person.fact_name", name).At("name")
}

// read puts a value as people type it into the stored form: its number (fen, 0 or 1, a count) and its text.
func (n Name) read(text string) (num int64, value string, err error) {
	switch n.Sort {
	case standard.Money:
		a, err := money.Parse(text)
		return int64(a), strconv.FormatInt(int64(a), 10), orRange(err, n, int64(a))
	case standard.Int:
		i, err := strconv.ParseInt(squash(text), 10, 64)
		if err != nil {
			err = fault.New(fault.Invalid, "person.fact_int", n.Label)
		}
		return i, strconv.FormatInt(i, 10), orRange(err, n, i)
	case standard.Bool:
		switch squash(text) {
		case "1", "true", "是", "有", "y", "yes":
			return 1, "1", nil
		case "0", "false", "否", "无", "n", "no":
			return 0, "0", nil
		}
		return 0, "", fault.New(fault.Invalid, "person.fact_bool", n.Label)
	case standard.Date:
		d, err := day.Parse(text)
		return 0, string(d), err
	case standard.Words, standard.None, standard.List, standard.Rows:
	}
	if len(n.Values) > 0 && !slices.Contains(n.Values, text) {
		return 0, "", fault.New(fault.Invalid, "person.fact_choice", n.Label)
	}
	if len([]rune(text)) > 500 {
		return 0, "", fault.New(fault.Invalid, "person.fact_long", n.Label)
	}
	return 0, text, nil
}

func orRange(err error, n Name, got int64) error {
	if err == nil && (got < n.Min || got > n.Max) {
		err = fault.New(fault.Invalid, "person.fact_range", n.Label)
	}
	return err
}
