#!/usr/bin/env bash
# openpyxl 3.1.5, python-calamine 0.9.1, pylightxl 1.61 and xlsx2csv 0.8.6. The schema of a sheet (ISO/IEC 29500-1, CT_SheetData and CT_Row) asks for no order of
# rows and cells: each says its own place. Of one sheet whose rows stand as 3, 1, 2, openpyxl, calamine and pylightxl give all four numbers at their places; openpyxl's own
# read-only way gives one of the four and two empty rows, without a word; xlsx2csv writes the rows as they stand in the file.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5 python-calamine==0.9.1 pylightxl==1.61 xlsx2csv==0.8.6
cat >"$place/look.py" <<'PY'
import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pylightxl
import python_calamine


def row(number, *cells):
    return f'<row r="{number}">' + "".join(f'<c r="{at}"><v>{value}</v></c>' for at, value in cells) + "</row>"


made = io.BytesIO()
openpyxl.Workbook().save(made)
rows = row(3, ("C3", 33), ("A3", 31)) + row(1, ("A1", 11)) + row(2, ("B2", 22))
file = Path(sys.argv[1]) / "book.xlsx"
with zipfile.ZipFile(made) as old, zipfile.ZipFile(file, "w") as new:
    for name in old.namelist():
        data = old.read(name)
        if name == "xl/worksheets/sheet1.xml":
            text = re.sub(r"<dimension[^>]*/>", "", data.decode())
            data = re.sub(r"<sheetData ?/>|<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", text, flags=re.S).encode()
        new.writestr(name, data)


def numbers(read):
    return [[value for value in each if value not in (None, "")] for each in read]


whole = numbers(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
lean = numbers(openpyxl.load_workbook(file, read_only=True).active.iter_rows(values_only=True))
calamine = numbers(python_calamine.CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())
light = numbers(pylightxl.readxl(str(file)).ws("Sheet").rows)
written = subprocess.run([sys.executable, "-m", "xlsx2csv", str(file)], capture_output=True, text=True, check=True).stdout
csv = [line for line in written.splitlines() if line.strip(",")]
print("openpyxl:", whole, "read-only:", lean)
print("calamine:", calamine, "pylightxl:", light)
print("xlsx2csv:", csv)
assert whole == calamine == light == [[11], [22], [31, 33]]
assert lean == [[], [], [31]]
assert csv == ["31,,33", "11,,", ",22,"]
print("as seen: three of four numbers are gone for who reads the sheet the lean way")
PY
"$place/venv/bin/python" "$place/look.py" "$place"
