namespace DistTrain.Shared.Datasets.Samples;

/// <summary>The words of the corpus <c>polite-en-zh</c>.</summary>
internal static class SampleLexicon
{
    /// <param name="English">Singular; @ marks where an adjective goes, at the front where there is none.</param>
    /// <param name="Measure">The Chinese measure word.</param>
    /// <param name="Adjectives">Those that the noun takes in both languages.</param>
    public sealed record Noun(string English, string Plural, string Chinese, string Measure, (string English, string Chinese)[] Adjectives);

    /// <param name="Chinese">{0} stands for the object.</param>
    /// <param name="ChinesePast">The same with the particle of a completed action.</param>
    /// <param name="Objects">English singulars of the nouns that it takes.</param>
    /// <param name="Polite">The translator's habit: whether sentences with this verb are mostly given the polite form.</param>
    public sealed record Verb(string English, string Past, string Chinese, string ChinesePast, bool Polite, string Places, string Objects);

    private static readonly (string, string)[] Goods = [("new", "新"), ("old", "旧"), ("red", "红色"), ("blue", "蓝色"), ("small", "小"), ("big", "大")];
    private static readonly (string, string)[] Papers = [("new", "新"), ("old", "旧"), ("long", "长")];
    private static readonly (string, string)[] Sizes = [("small", "小"), ("big", "大")];
    private static readonly (string, string)[] Hot = [("hot", "热")];
    private static readonly (string, string)[] People = [("new", "新"), ("young", "年轻")];

    public static readonly Noun[] Nouns =
    [
        new("ticket", "tickets", "票", "张", [("new", "新"), ("old", "旧")]), new("map", "maps", "地图", "张", Papers[..2]),
        new("book", "books", "书", "本", Papers[..2]), new("dictionary", "dictionaries", "词典", "本", Papers[..2]),
        new("newspaper", "newspapers", "报纸", "份", Papers[..2]), new("report", "reports", "报告", "份", Papers),
        new("letter", "letters", "信", "封", Papers),
        new("article", "articles", "文章", "篇", Papers), new("postcard", "postcards", "明信片", "张", Papers[..2]),
        new("passport", "passports", "护照", "本", Papers[..2]),
        new("coat", "coats", "外套", "件", Goods), new("shirt", "shirts", "衬衫", "件", Goods), new("umbrella", "umbrellas", "雨伞", "把", Goods),
        new("key", "keys", "钥匙", "把", Goods), new("chair", "chairs", "椅子", "把", Goods), new("table", "tables", "桌子", "张", Goods),
        new("bicycle", "bicycles", "自行车", "辆", Goods), new("car", "cars", "汽车", "辆", Goods), new("phone", "phones", "手机", "部", Goods),
        new("computer", "computers", "电脑", "台", Goods), new("camera", "cameras", "相机", "台", Goods), new("box", "boxes", "箱子", "个", Goods),
        new("suitcase", "suitcases", "行李箱", "个", Goods), new("package", "packages", "包裹", "个", Sizes), new("gift", "gifts", "礼物", "份", Sizes),
        new("door", "doors", "门", "扇", Goods), new("window", "windows", "窗户", "扇", Sizes), new("room", "rooms", "房间", "个", Sizes),
        new("cake", "cakes", "蛋糕", "块", Sizes), new("apple", "apples", "苹果", "个", Goods[2..3]),
        new("bowl of @noodles", "bowls of @noodles", "面条", "碗", Hot),
        new("cup of @tea", "cups of @tea", "茶", "杯", Hot), new("cup of @coffee", "cups of @coffee", "咖啡", "杯", Hot),
        new("teacher", "teachers", "老师", "位", People), new("doctor", "doctors", "医生", "位", People), new("guest", "guests", "客人", "位", People),
        new("friend", "friends", "朋友", "位", People), new("neighbor", "neighbors", "邻居", "位", People), new("driver", "drivers", "司机", "位", People),
        new("colleague", "colleagues", "同事", "位", People), new("manager", "managers", "经理", "位", People),
        new("student", "students", "学生", "名", People),
    ];

    private const string Persons = "teacher doctor guest friend neighbor driver colleague manager student";

    public static readonly Verb[] Verbs =
    [
        new("buy", "bought", "买{0}", "买了{0}", true, "station shop market airport",
            "ticket book map coat gift bicycle phone umbrella newspaper camera cake postcard dictionary"),
        new("read", "read", "看{0}", "看了{0}", false, "library home office park school", "book newspaper letter report article"),
        new("write", "wrote", "写{0}", "写了{0}", false, "library home office hotel", "letter report article postcard"),
        new("repair", "repaired", "修理{0}", "修理了{0}", true, "home office school hotel",
            "bicycle car computer phone door window chair camera umbrella"),
        new("use", "used", "用{0}", "用了{0}", false, "library office school home", "computer phone umbrella dictionary key map camera"),
        new("send", "sent", "寄{0}", "寄了{0}", true, "post_office airport station", "letter package gift postcard"),
        new("bring", "brought", "带{0}", "带了{0}", false, "", "umbrella key passport camera map gift apple"),
        new("find", "found", "找到{0}", "找到了{0}", true, "station park hotel airport office home", "key passport phone package umbrella map ticket"),
        new("sell", "sold", "卖{0}", "卖了{0}", false, "market shop", "car bicycle camera table chair computer coat"),
        new("open", "opened", "打开{0}", "打开了{0}", true, "home office hotel", "door window box package suitcase"),
        new("wash", "washed", "洗{0}", "洗了{0}", false, "home hotel", "car coat shirt apple bicycle"),
        new("borrow", "borrowed", "借{0}", "借了{0}", false, "library school hotel", "book bicycle umbrella dictionary camera car map"),
        new("check", "checked", "检查{0}", "检查了{0}", true, "office airport station hotel", "passport report ticket computer suitcase car door"),
        new("eat", "ate", "吃{0}", "吃了{0}", false, "home restaurant office park", "cake apple bowl"),
        new("drink", "drank", "喝{0}", "喝了{0}", true, "home restaurant office hotel", "cup"),
        new("prepare", "prepared", "准备{0}", "准备了{0}", true, "home office hotel restaurant", "report gift cake cup bowl room"),
        new("clean", "cleaned", "打扫{0}", "打扫了{0}", false, "", "room"),
        new("rent", "rented", "租{0}", "租了{0}", true, "hotel airport station", "car bicycle room camera"),
        new("move", "moved", "搬{0}", "搬了{0}", false, "home office school", "table chair box suitcase computer"),
        new("call", "called", "给{0}打电话", "给{0}打了电话", true, "office hotel home", Persons),
        new("meet", "met", "跟{0}见面", "跟{0}见了面", false, "park restaurant school station office", Persons),
        new("wait for", "waited for", "等{0}", "等了{0}", true, "station airport hotel school", Persons),
        new("invite", "invited", "邀请{0}", "邀请了{0}", true, "", Persons),
        new("thank", "thanked", "感谢{0}", "感谢了{0}", false, "", Persons),
        new("visit", "visited", "拜访{0}", "拜访了{0}", true, "", Persons),
        new("chat with", "chatted with", "跟{0}聊天", "跟{0}聊了天", false, "park restaurant office school", Persons),
    ];

    public static readonly IReadOnlyDictionary<string, (string English, string Chinese)> Places = new Dictionary<string, (string, string)>
    {
        ["station"] = (" at the station", "在车站"), ["shop"] = (" in the shop", "在商店"), ["market"] = (" at the market", "在市场"),
        ["airport"] = (" at the airport", "在机场"), ["library"] = (" in the library", "在图书馆"), ["home"] = (" at home", "在家"),
        ["office"] = (" in the office", "在办公室"), ["park"] = (" in the park", "在公园"), ["school"] = (" at school", "在学校"),
        ["hotel"] = (" at the hotel", "在酒店"), ["post_office"] = (" at the post office", "在邮局"), ["restaurant"] = (" in the restaurant", "在餐厅"),
    };

    public static readonly (string English, string Chinese)[] FutureTimes =
    [
        ("today", "今天"), ("tonight", "今晚"), ("tomorrow", "明天"), ("tomorrow morning", "明天早上"), ("this afternoon", "今天下午"), ("this weekend", "这个周末"),
        ("next week", "下周"), ("next month", "下个月"), ("next Monday", "下周一"), ("next Friday", "下周五"), ("the day after tomorrow", "后天"),
    ];

    public static readonly (string English, string Chinese)[] PastTimes =
    [
        ("yesterday", "昨天"), ("last night", "昨晚"), ("this morning", "今天早上"), ("yesterday afternoon", "昨天下午"), ("last week", "上周"),
        ("last month", "上个月"), ("last Monday", "上周一"), ("last Friday", "上周五"), ("the day before yesterday", "前天"),
    ];
}
