@echo off
rem The start script for Windows: run.cmd starts the demo, run.cmd hall serves a hall, run.cmd flask ... administers,
rem run.cmd paper adds the reader of scanned sheets.
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
cd /d "%~dp0"
if exist .venv\Scripts\python.exe goto packages

rem The launcher of python.org, or else a Python on the path.
set FOUND=py -3
%FOUND% -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>nul || set FOUND=python
%FOUND% -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>nul || goto no_python
echo Dang cai cac phan can thiet ^(chi lan dau, vai phut^)...
%FOUND% -m venv .venv || goto failed

:packages
fc /b requirements.txt .venv\installed.txt >nul 2>&1 || (
    .venv\Scripts\python -m pip install --quiet --disable-pip-version-check -r requirements.txt || goto failed
    copy /y requirements.txt .venv\installed.txt >nul
)
if /i "%~1"=="hall" goto hall
if /i "%~1"=="flask" goto flask
if /i "%~1"=="paper" goto paper
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
rem Batch files know no "all but the first": the words behind it are gathered one by one, quotes and all.
set WORDS=
:next_word
shift
if "%~1"=="" goto administer
set WORDS=%WORDS% %1
goto next_word
:administer
.venv\Scripts\python -m flask --app wsgi%WORDS%
exit /b %errorlevel%

:paper
.venv\Scripts\python -m pip install --quiet --disable-pip-version-check -r requirements-paper.txt || goto failed
.venv\Scripts\python -m flask --app wsgi paper check
exit /b %errorlevel%

:no_python
echo Can Python 3.11 tro len. Cai tu https://www.python.org/downloads/ roi chay lai run.cmd
exit /b 1

:failed
echo Cai dat khong thanh cong. Hay kiem tra mang Internet roi chay lai run.cmd
exit /b 1
