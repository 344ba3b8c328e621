from tests.imports.warcs import *
def test_smoke(run, articles, tmp_path, query):
    f = write_with_warcio(tmp_path/"a.warc.gz", shots(5))
    e = run("import", f)
    print(json_dumps(e.said)); print(e.errors)
    print(articles())
    e = run("import", f)
    print(e.counts)
    print(query("select * from ingest.outcome"))
    assert 0
def json_dumps(x):
    import json; return json.dumps(x, indent=1)
