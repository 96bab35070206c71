@echo off
rem Starts Narverk on Windows with a double click. Needs Python 3.11 or later, no administrator, and asks nothing.
rem Everything it installs lies in the folder .venv beside this file; removing that folder removes it.
rem Plain ASCII, since what a console makes of other letters depends on its code page.
setlocal EnableExtensions
cd /d "%~dp0"
set "VENV=.venv"
set "PY="

if exist "%VENV%\Scripts\python.exe" goto have_environment

for %%V in (3.14 3.13 3.12 3.11) do if not defined PY (
    py -%%V -c "import venv, ensurepip" >nul 2>nul && set "PY=py -%%V"
)
if not defined PY (
    python -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))" >nul 2>nul && set "PY=python"
)
if not defined PY goto no_python

echo Installerar det som behovs i mappen %VENV%. Forsta gangen tar det nagra minuter.
echo Installing what is needed into the folder %VENV%. The first time takes a few minutes.
%PY% -m venv "%VENV%" || goto failed

:have_environment
fc /b requirements.lock "%VENV%\installed.lock" >nul 2>nul && goto installed
"%VENV%\Scripts\python.exe" -m pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock || goto failed
copy /y requirements.lock "%VENV%\installed.lock" >nul

:installed
"%VENV%\Scripts\python.exe" cli.py demo || goto failed
"%VENV%\Scripts\python.exe" -m streamlit run app.py --browser.gatherUsageStats=false --server.showEmailPrompt=false
if errorlevel 1 goto failed
exit /b 0

:no_python
echo.
echo Narverk behover Python 3.11 eller senare. Hamta det pa https://www.python.org/downloads/
echo Valj "Add python.exe to PATH" vid installationen och dubbelklicka sedan har igen.
echo.
echo Narverk needs Python 3.11 or later. Get it at https://www.python.org/downloads/
echo Tick "Add python.exe to PATH" while installing, then double-click here again.
start "" https://www.python.org/downloads/
pause
exit /b 1

:failed
echo.
echo Det gick inte. Raderna ovan sager varfor. / It did not work. The lines above say why.
pause
exit /b 1
