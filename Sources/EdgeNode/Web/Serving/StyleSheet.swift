enum StyleSheet {
    static let css = screen + paper

    /// Flex boxes and fixed colours only: it must look right in the browsers of old PCs.
    private static let screen = """
        *{box-sizing:border-box}
        html{font-size:17px}
        body{margin:0;background:#f3f1ea;color:#1c2421;line-height:1.45;
          font-family:"Segoe UI","Noto Sans",Roboto,Arial,sans-serif}
        a{color:#0d5c4c}
        small{display:block;color:#55605b;font-size:.82rem}
        h1{font-size:1.5rem;line-height:1.2;margin:0 0 .4rem;font-weight:650}
        h2{font-size:1.08rem;margin:0 0 .7rem}
        .skip{position:absolute;left:-99rem}
        .skip:focus{left:1rem;top:.5rem;background:#fff;padding:.5rem 1rem;z-index:9}
        :focus{outline:3px solid #e0a52a;outline-offset:2px}
        .top{background:#12463c;color:#fff;border-bottom:4px solid #e0b64a}
        .bar,.tabs,main,.foot{max-width:66rem;margin:0 auto;padding:0 1.2rem}
        .bar{display:flex;align-items:center;justify-content:space-between;min-height:4rem}
        .brand{display:flex;align-items:center;color:#fff;text-decoration:none}
        .brand svg{margin-right:.8rem}
        .brand b{font-size:1.2rem;display:block;line-height:1.15}
        .top small{color:#c9dcd6}
        .who{display:flex;align-items:center;text-align:right}
        .who>*{margin-left:1rem}
        .who b{display:block;line-height:1.15}
        .chip{background:#e0b64a;color:#2b2205;text-decoration:none;border-radius:1rem;
          padding:.25rem .8rem;font-size:.88rem;font-weight:600}
        .tabs{display:flex;flex-wrap:wrap}
        .tabs a{color:#e3efeb;text-decoration:none;padding:.6rem 1rem .65rem;margin-right:.2rem;
          border-radius:6px 6px 0 0}
        .tabs a:hover{background:#1b5a4e}
        .tabs a[aria-current]{background:#f3f1ea;color:#12463c;font-weight:650}
        main{padding-top:1.3rem;padding-bottom:2rem;min-height:70vh}
        .foot{display:flex;align-items:center;padding-bottom:1.4rem;font-size:.88rem;color:#55605b}
        .foot>*{margin-right:1.5rem}
        .card{background:#fff;border:1px solid #d8d4c6;border-radius:8px;padding:1.2rem 1.4rem;
          margin:0 0 1.1rem}
        .narrow{max-width:29rem;margin-left:auto;margin-right:auto;margin-top:2rem}
        .head{display:flex;justify-content:space-between;align-items:flex-start}
        .head>:last-child{flex:none;margin-left:1rem}
        .two{display:flex}
        .two>*{flex:1 1 0;min-width:0}
        .two>*+*{margin-left:1.1rem}
        .lead{font-size:1.1rem}
        .subject,.calm{color:#46514c;margin:.1rem 0 1rem}
        .step{margin:0 0 .3rem;color:#7a5c10;font-weight:600;font-size:.9rem}
        .greet{margin-bottom:1rem}
        button,.button{display:inline-block;background:#146353;color:#fff;border:1px solid #0f4f42;
          border-radius:6px;padding:.62rem 1.25rem;font:inherit;font-weight:600;cursor:pointer;
          text-decoration:none;min-height:2.75rem;line-height:1.35}
        button:hover,.button:hover{background:#0e5042}
        .quiet{background:#fff;color:#12463c;border-color:#a9b8b2}
        .quiet:hover{background:#eaf1ee}
        .danger{background:#fff;color:#8e1b12;border-color:#c98a84}
        .danger:hover{background:#fbecea}
        .top .quiet{background:transparent;color:#fff;border-color:#6d968b;min-height:2.4rem;
          padding:.4rem .9rem}
        .top .quiet:hover{background:#1b5a4e}
        .link{background:none;border:0;color:#0d5c4c;padding:.3rem;min-height:0;font-weight:400;
          text-decoration:underline}
        .link:hover{background:none}
        .big{display:flex;margin:0 -1.1rem 1.1rem 0;flex-wrap:wrap}
        .tile{flex:1 1 14rem;background:#fff;border:1px solid #d8d4c6;border-left:6px solid #146353;
          border-radius:8px;padding:1.1rem 1.2rem;text-decoration:none;color:#1c2421;
          margin:0 1.1rem 1rem 0;max-width:30rem}
        .tile:hover{background:#eef5f2}
        .tile b{display:block;font-size:1.22rem;color:#12463c}
        .tile span{color:#55605b;font-size:.92rem}
        .tile.main{background:#146353;border-color:#0f4f42}
        .tile.main:hover{background:#0e5042}
        .tile.main b{color:#fff}
        .tile.main span{color:#d3e6e0}
        .tasks,.lines,.choices{list-style:none;margin:0;padding:0}
        .tasks a{display:flex;align-items:center;padding:.5rem 0;color:#1c2421;
          text-decoration:none;border-top:1px solid #e8e5da}
        .tasks li:first-child a{border-top:0}
        .tasks a:hover span{text-decoration:underline}
        .count{background:#dfe9e5;color:#12463c;border-radius:1rem;padding:.05rem .6rem;
          font-size:.88rem;font-weight:650}
        .tasks .count{min-width:2.6rem;text-align:center;margin-right:.9rem;font-size:1.05rem;
          padding:.2rem .6rem}
        .hot,.tabs .count{background:#b3261e;color:#fff}
        .lines li{padding:.35rem 0;border-top:1px solid #eeece3}
        .lines li:first-child{border-top:0}
        .lines span{color:#55605b}
        .choices{display:flex;flex-wrap:wrap;margin-right:-.8rem}
        .choices li{width:33.33%;padding:0 .8rem .8rem 0}
        .choices a{display:block;border:1px solid #cfd6d2;border-radius:6px;padding:.7rem .9rem;
          text-decoration:none;font-weight:600;height:100%}
        .choices a:hover{background:#eef5f2;border-color:#146353}
        .choices small{font-weight:400}
        .facts{margin:0;display:flex;flex-wrap:wrap;align-content:flex-start}
        .facts dt{width:44%;color:#55605b;padding:.28rem .6rem .28rem 0;font-size:.93rem}
        .facts dd{width:56%;margin:0;padding:.28rem 0;font-weight:550;overflow-wrap:anywhere}
        .list{width:100%;border-collapse:collapse}
        .list th{text-align:left;font-size:.85rem;color:#55605b;padding:.3rem .6rem;
          border-bottom:2px solid #d8d4c6}
        .list td{padding:.5rem .6rem;border-bottom:1px solid #e8e5da;vertical-align:top;
          overflow-wrap:anywhere}
        .list tbody tr:hover{background:#f6f8f5}
        .list td:first-child a{font-weight:600}
        .num{font-variant-numeric:tabular-nums;white-space:nowrap}
        .faded td,.faded a{color:#6c7671}
        .history td{font-size:.92rem}
        .history td:first-child{width:14rem}
        .key{color:#55605b}
        .tag,.badge{display:inline-block;border-radius:4px;padding:.05rem .5rem;font-size:.82rem;
          background:#eceae0;color:#4a4632;font-weight:600}
        .tag.big,.badge{padding:.25rem .8rem;font-size:.92rem}
        .badges{text-align:right}
        .stored{background:#fdf0d0;color:#6b4b00}
        .sent{background:#dce9f6;color:#17456e}
        .received{background:#dbeee2;color:#14532d}
        .note{border-left:5px solid #8aa;background:#eef2f1;padding:.7rem 1rem;margin:0 0 1rem;
          border-radius:0 6px 6px 0}
        .note ul{margin:.3rem 0;padding-left:1.2rem}
        .good{border-color:#2e7d4f;background:#e7f3ea}
        .warn{border-color:#c98a04;background:#fdf4dd}
        .bad{border-color:#b3261e;background:#fbeae8}
        fieldset{border:0;border-top:1px solid #e3dfd2;margin:0 0 .6rem;padding:.7rem 0 0}
        legend{font-weight:650;padding-right:.7rem;color:#12463c}
        .grid{display:flex;flex-wrap:wrap;margin-right:-1.2rem}
        .field{width:50%;padding:0 1.2rem .8rem 0;margin:0}
        .narrow .field,.wide{width:100%}
        .narrow p.field{padding-right:0}
        label{display:block;font-weight:600;font-size:.93rem;margin-bottom:.2rem}
        label i{color:#b3261e;font-style:normal}
        input,select{width:100%;font:inherit;padding:.55rem .7rem;border:1px solid #8f9b96;
          border-radius:5px;background:#fff;color:#1c2421;min-height:2.75rem}
        input[type=checkbox]{width:1.35rem;height:1.35rem;min-height:0;vertical-align:-.3rem;
          margin-right:.5rem}
        .tick{font-weight:500}
        .wrong input,.wrong select{border:2px solid #b3261e}
        .field em{display:block;color:#8e1b12;font-style:normal;font-size:.9rem}
        .go{margin:1rem 0 0}
        .acts{margin:.8rem 0 1rem}
        .acts .button{margin:0 .4rem .4rem 0}
        .search{display:flex;margin-bottom:1rem}
        .search input{font-size:1.25rem;padding:.7rem .9rem}
        .search button{margin-left:.7rem}
        .inline{display:inline-block;margin:.5rem .8rem 0 0}
        .inline label{display:inline-block}
        .inline input{width:16rem;display:inline-block}
        .sides{display:flex;margin-bottom:1rem}
        .side{flex:1 1 0;border:2px solid #d8d4c6;border-radius:8px;padding:1rem 1.1rem;min-width:0}
        .side+.side{margin-left:1.1rem}
        .shown{border-color:#e0b64a}
        .value{font-size:1.35rem;font-weight:650;margin:.2rem 0 .8rem;overflow-wrap:anywhere}
        .side button{margin-top:.9rem;width:100%}
        .shots{list-style:none;margin:0 -1rem 0 0;padding:0;display:flex;flex-wrap:wrap}
        .shots li{width:11rem;padding:0 1rem .8rem 0}
        .shots img,.blank{display:block;width:10rem;height:7.5rem;object-fit:cover;
          border:1px solid #cfd6d2;border-radius:6px;margin-bottom:.3rem;background:#eceae0}
        .blank{line-height:7.5rem;text-align:center;color:#55605b}
        .shots small{display:block}
        .shot{max-width:100%;border:1px solid #cfd6d2;border-radius:6px}
        @media(max-width:640px){.two,.sides,.head,.bar{display:block}.field,.choices li{width:100%}
          .two>*+*,.side+.side{margin:1rem 0 0}.who{padding-bottom:.6rem}.who>*{margin-left:.5rem}}

        """

    /// A4 with the margins of an official letter (Permendagri 1/2023: Bookman or Arial, 12 pt).
    private static let paper = """
        .paper{background:#fff;border:1px solid #cfcabb;max-width:210mm;min-height:270mm;
          margin:1.2rem auto;padding:14mm 18mm 14mm 24mm;position:relative;color:#000;
          font:12pt/1.5 "Bookman Old Style","Bookman","URW Bookman","Times New Roman",serif}
        .paper p{margin:0}
        .kop{display:flex;align-items:center;border-bottom:4px double #000;padding-bottom:3mm;
          text-align:center}
        .kop div{flex:1}
        .kop img{height:26mm;flex:none}
        .kop img+div{padding-right:22mm}
        .kop p{font-size:13pt;line-height:1.25;font-weight:700}
        .kop p:last-of-type{font-size:17pt}
        .kop small{color:#000;font-size:9.5pt}
        .judul{text-align:center;margin:7mm 0 6mm}
        .judul p:first-child{font-weight:700;text-decoration:underline;font-size:13pt}
        .paper .isi{text-align:justify;text-indent:12mm;margin:0 0 3.5mm}
        .paper table{margin:0 0 3.5mm 12mm;border-collapse:collapse}
        .paper td{vertical-align:top;padding:.3mm 0}
        .paper td:first-child{width:48mm}
        .paper td:nth-child(2){width:5mm}
        .kaki{break-inside:avoid;display:flex;justify-content:space-between;align-items:flex-end;margin-top:10mm}
        .kode{width:66mm}
        .kode svg{width:34mm;height:34mm;display:block}
        .kode small{color:#000;font:7.5pt/1.35 Arial,sans-serif;margin-top:1.5mm}
        .ttd{width:76mm;text-align:center}
        .ttd .nama{margin-top:20mm;font-weight:700;text-decoration:underline}
        .draft:after{content:"KONSEP";position:absolute;top:42%;left:0;right:0;text-align:center;
          font:700 80pt Arial,sans-serif;color:rgba(160,30,20,.09);transform:rotate(-28deg)}
        .print{background:#ddd}
        .tools{text-align:center;padding:1rem 0 0;margin:0}
        @page{size:A4;margin:0}
        @media print{.tools,.top,.foot{display:none}body,.print{background:#fff}
          .paper{border:0;margin:0;max-width:none;min-height:0}}
        """
}
