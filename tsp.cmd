@echo off
rem The command line, from a checkout on Windows; `tsp --help` lists its verbs.
setlocal
set "PYTHON=%~dp0.venv\Scripts\python.exe"
if not exist "%PYTHON%" set "PYTHON=py"
"%PYTHON%" "%~dp0tsp" %*
exit /b %ERRORLEVEL%
