{{ staff_survey('Manageable caseload') }}
