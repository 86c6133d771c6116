package demo

// The pieces that names are made of. None is a real organisation or person; places and trade names are invented.

func regionNames() []string {
	return []string{"城东", "城西", "高新", "滨江", "云岭", "港口"}
}

func places() []string {
	return []string{
		"云岭", "青泽", "锦川", "临溪", "望澜", "柳原", "安陵", "松台", "沧南", "赤岭", "明渚", "汀洲里", "石浦", "丰渠",
		"鹿鸣湾", "白沙坪", "长汀口", "远山", "东陌", "西樵里",
	}
}

func tradeNames() []string {
	return []string{
		"恒拓", "瑞禾", "辰博", "明朗", "启元", "盛木", "嘉岚", "远图", "泓川", "卓衡", "锐澄", "合朗", "天矩", "信楠", "沃原",
		"博砚", "昕宇", "普澜", "立岩", "致禾", "宏峤", "佳穗", "新铎", "睿桐", "海珩", "诚砺", "晟源", "映川", "朗维", "同禾",
	}
}

// industry is a trade with the words that end the name of an organisation in it.
type industry struct {
	name       string
	endings    []string
	government bool
}

func industries() []industry {
	return []industry{
		{"制造", []string{"机械制造有限公司", "精密部件有限公司", "电器股份有限公司"}, false},
		{"物流", []string{"物流有限公司", "供应链管理有限公司"}, false},
		{"零售", []string{"商贸有限公司", "连锁超市有限公司"}, false},
		{"食品", []string{"食品有限公司", "粮油集团有限公司"}, false},
		{"化工", []string{"新材料有限公司", "化工股份有限公司"}, false},
		{"建筑", []string{"建设工程有限公司", "建筑设计院有限公司"}, false},
		{"医药", []string{"医药有限公司", "生物科技有限公司"}, false},
		{"金融", []string{"融资担保有限公司", "小额贷款有限公司"}, false},
		{"互联网", []string{"网络科技有限公司", "软件有限公司"}, false},
		{"酒店", []string{"酒店管理有限公司", "文旅有限公司"}, false},
		{"能源", []string{"能源有限公司", "热力有限公司"}, false},
		{"政务", []string{"区行政服务中心", "区教育局", "区卫生健康局", "区城市管理局", "区税务分局"}, true},
		{"教育", []string{"实验学校", "职业技术学院", "第一中学"}, true},
		{"医疗", []string{"区人民医院", "中医院", "妇幼保健院"}, true},
	}
}

func organisation(r rng, trade industry) string {
	if trade.government {
		return one(r, places()) + one(r, trade.endings)
	}
	return one(r, places()) + one(r, tradeNames()) + one(r, trade.endings)
}

func person(r rng) string {
	surnames := []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎")
	given := []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉玲云建华宁浩宇晨轩欣怡佳琪思源子涵雨桐嘉诚若曦博远安然立新")
	name := string(one(r, surnames)) + string(one(r, given))
	if r.chance(0.7) {
		name += string(one(r, given))
	}
	return name
}

func products() []string {
	return []string{"互联网专线", "数据专线", "组网专线", "云主机", "云电脑", "短信通道", "物联网连接", "视频会议", "集团语音", "安全防护"}
}

// categories returns the categories of a kind of case.
func categories(kind string) []string {
	switch kind {
	case "complaint":
		return []string{"billing", "network", "service", "sales"}
	case "fault":
		return []string{"line", "equipment", "platform", "power"}
	case "request":
		return []string{"install", "change", "move", "cancel", "quote"}
	case "consult":
		return []string{"billing", "product", "contract"}
	case "followup":
		return []string{"improvement"}
	default:
		return []string{"suggestion", "praise"}
	}
}

// categoryLabels are the categories as a Chinese file names them.
func categoryLabel(code string) string {
	switch code {
	case "billing":
		return "账单"
	case "network":
		return "网络质量"
	case "service":
		return "服务态度"
	case "sales":
		return "营销宣传"
	case "line":
		return "线路"
	case "equipment":
		return "设备"
	case "platform":
		return "平台"
	case "power":
		return "动力"
	case "install":
		return "新装"
	case "change":
		return "变更"
	case "move":
		return "移机"
	case "cancel":
		return "拆机"
	case "quote":
		return "报价"
	case "product":
		return "产品"
	case "contract":
		return "合同"
	case "improvement":
		return "整改"
	case "praise":
		return "表扬"
	default:
		return "建议"
	}
}

func channels() []string { return []string{"热线", "客户经理", "营业厅", "微信", "邮件"} }
