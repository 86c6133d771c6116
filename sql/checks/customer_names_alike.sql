-- about: the customers whose names are one name in another script, width, case, or with other blanks and brackets: perhaps one
--   customer under two ids. Customers are one by their id only; a merger is for the list of customers to say. The characters are
--   some that company names are made of and that differ between the traditional and the simplified script
-- name_zh: 没有名称相同而编号不同的客户
-- name_en: No two customers bear one name
-- blocking: no
with folded as (
  select customer_id, name, lower(translate(translate(translate(name, '【】［］〔〕 　·・', '()()()'),
      '！＂＃＄％＆（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
      '!"#$%&()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'),
    '東電訊廣滙匯豐銀業務華國聯網資際貿發達開團學醫藥園橋車軍機場飛龍鳳馬魚鳥島灣陽陰陸鐵鋼銅錢鎮鄉縣區衛視報紙書館廳庫倉儲運輸設計備製傳廠蘇滬寧遼齊魯贛閩貴雲寶關圖農產糧紡織紅綠藍黃彙總經營財稅險證養護門樓層爾維納萬億興順榮禮義長師範體藝環節約樂齡頤顧問聲響應戶實驗級類別結構築綜線無錫濟淺歐亞羅騰連鎖優質選擇術創態風氣燈塵礦礎頭條貝數據點擊對話論壇賣買貨單雙標準檢監測貸賃費購銷責廈廟強張陳劉趙楊吳鄭孫許鄧馮謝葉蔣餘鐘韓職動裝飾餅飲麵鮮膠紐軟靈慶慮畫壓壩漢澤潤灘獨獎瑪療盤碼穩競筆統續罷聖腦艦莊蓋薦處號規親記詢試誠認語課請諾謀譯議讓豬賓賽贏踐軌軸載輝輪轉辦遊過遠適還郵釋針鈞鉅鋒錦鍵鑄閣闊隊階隨雜離難靜韻項預領頻題額願顯驅驛鴻鵬鷹麗',
    '东电讯广汇汇丰银业务华国联网资际贸发达开团学医药园桥车军机场飞龙凤马鱼鸟岛湾阳阴陆铁钢铜钱镇乡县区卫视报纸书馆厅库仓储运输设计备制传厂苏沪宁辽齐鲁赣闽贵云宝关图农产粮纺织红绿蓝黄汇总经营财税险证养护门楼层尔维纳万亿兴顺荣礼义长师范体艺环节约乐龄颐顾问声响应户实验级类别结构筑综线无锡济浅欧亚罗腾连锁优质选择术创态风气灯尘矿础头条贝数据点击对话论坛卖买货单双标准检监测贷赁费购销责厦庙强张陈刘赵杨吴郑孙许邓冯谢叶蒋余钟韩职动装饰饼饮面鲜胶纽软灵庆虑画压坝汉泽润滩独奖玛疗盘码稳竞笔统续罢圣脑舰庄盖荐处号规亲记询试诚认语课请诺谋译议让猪宾赛赢践轨轴载辉轮转办游过远适还邮释针钧钜锋锦键铸阁阔队阶随杂离难静韵项预领频题额愿显驱驿鸿鹏鹰丽')) as name_key
  from dim_customers
  where merged_into is null
)
select f.customer_id, f.name, f.name_key
from folded f
join (select name_key from folded group by name_key having count(*) > 1) as twice on twice.name_key = f.name_key
