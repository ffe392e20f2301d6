@echo off
rem The start script for Windows: run.cmd starts the demo, run.cmd hall serves a hall, run.cmd flask ... administers.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
cd /d "%~dp0"
if not exist .venv\Scripts\python.exe (
    py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>nul || goto no_python
    echo Dang cai cac phan can thiet ^(chi lan dau, vai phut^)...
    py -3 -m venv .venv || goto failed
)
fc /b requirements.txt .venv\installed.txt >nul 2>&1 || (
    .venv\Scripts\python -m pip install --quiet --disable-pip-version-check -r requirements.txt || goto failed
    copy /y requirements.txt .venv\installed.txt >nul
)
if /i "%~1"=="hall" goto hall
if /i "%~1"=="flask" goto flask
.venv\Scripts\python wsgi.py --demo
exit /b %errorlevel%

:hall
set SURVEY_PUBLIC_URL=
set SURVEY_HOST=0.0.0.0
set SURVEY_SECURE_COOKIES=0
if "%SURVEY_PORT%"=="" set SURVEY_PORT=8071
if not "%~2"=="" set SURVEY_PUBLIC_URL=http://%~2:%SURVEY_PORT%
.venv\Scripts\python wsgi.py --hall
exit /b %errorlevel%

:flask
rem Up to eight words after "flask"; batch files know no "all but the first".
.venv\Scripts\python -m flask --app wsgi %2 %3 %4 %5 %6 %7 %8 %9
exit /b %errorlevel%

:no_python
echo Can Python 3.11 tro len. Cai tu https://www.python.org/downloads/ roi chay lai run.cmd
exit /b 1

:failed
echo Cai dat khong thanh cong. Hay kiem tra mang Internet roi chay lai run.cmd
exit /b 1
